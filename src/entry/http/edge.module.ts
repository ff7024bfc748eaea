import type { DynamicModule, Type } from '@nestjs/common';
import { ADMIN_GATE, type AdminGate } from './access/admin-gate.js';
import { DocsController, OPENAPI_TEXT } from './docs/docs.controller.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { HTTP_DEPS, type HttpDeps } from './http-deps.js';
import { PagesController } from './pages/pages.controller.js';
import { HEADER_POLICIES, type HeaderPolicies } from './security-headers.js';

interface EdgeProviders {
  deps: HttpDeps;
  isAdministrator: AdminGate;
  policies: HeaderPolicies;
  openApiText: () => string;
}

/** The root module with the edge's own controllers beside it. */
export class EdgeModule {
  static around(root: Type | DynamicModule, own: EdgeProviders): DynamicModule {
    return {
      module: EdgeModule,
      imports: [root],
      controllers: [HealthController, MetricsController, PagesController, DocsController],
      providers: [
        { provide: HTTP_DEPS, useValue: own.deps },
        { provide: ADMIN_GATE, useValue: own.isAdministrator },
        { provide: HEADER_POLICIES, useValue: own.policies },
        { provide: OPENAPI_TEXT, useValue: own.openApiText },
      ],
    };
  }
}
