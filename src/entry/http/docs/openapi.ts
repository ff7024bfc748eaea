import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { EdgeRoute } from '../edge-route.js';
import { addEdgeAnswers } from './edge-answers.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

const DESCRIPTION = `Every customer a database of its own: connect the tools a business uses, keep only the metrics, forget with proof.

**Errors** are problem documents (RFC 9457, \`application/problem+json\`) with a stable \`code\`; compare that and never the words. \`429\` and \`503\` say in \`Retry-After\` when to come back.

**Bodies** are JSON. One that cannot be read gets \`400\`, one with wrong or unknown fields \`422\` with a list of them.

**Ids** of somebody else answer exactly like ids that do not exist.`;

/**
 * The document of the whole API: what controllers say of themselves, and what the edge adds to each
 * route from its access.
 */
export function createOpenApi(
  app: INestApplication,
  routes: readonly EdgeRoute[],
  version: string,
  sessionCookie: string,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('NuMoon')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addBearerAuth({ type: 'http', description: 'An API key of a tenant: `nm_...`' }, 'apiKey')
    .addBearerAuth({ type: 'http', description: 'The admin token.' }, 'administrator')
    .addCookieAuth(
      sessionCookie,
      { type: 'apiKey', in: 'cookie', description: 'The cookie that signing in sets.' },
      'session',
    )
    .addTag('Machines', 'For those who keep it running.')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    // A tag that nobody chose would be the name of a class.
    autoTagControllers: false,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA },
  };
  for (const route of routes) addEdgeAnswers(document, route);
  return document;
}
