import type { BenchTenant } from '../support/backstage.js';
import { answerCalls } from '../support/child.js';
import { pgReadModule } from './pg-read.js';
import { MapOfPools } from './pool-map.js';
import { serveBehindEdge } from './serve-behind-edge.js';

/** A bare Map of pools behind the product's HTTP edge. */
answerCalls({
  start: (tenants: BenchTenant[]) => serveBehindEdge(pgReadModule(tenants, new MapOfPools())),
});
