import type { BenchTenant } from '../support/backstage.js';
import { answerCalls } from '../support/child.js';
import { pgReadModule } from './pg-read.js';
import { MapOfPools } from './pool-map.js';
import { serve } from './serve.js';

/** A bare Map of pools behind bare Nest. */
answerCalls({
  start: (tenants: BenchTenant[]) => serve(pgReadModule(tenants, new MapOfPools())),
});
