import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { admitted, bodyOf, propertyFor } from './admission.js';
import { BROAD, READONLY } from './app.js';
import type { Properties, PropertyState } from './changes.js';
import { isCompatible } from './compatibility.js';
import { DIMENSIONS, type DimensionField } from './dimensions.js';
import { invalidArgument, noRole, notFound } from './google-error.js';
import { METRICS, type MetricField } from './metrics.js';
import type { Quotas } from './quotas.js';
import { type ReportBody, fieldsOf, reportRequest } from './report-request.js';
import { batchShape, compatibilityShape, reportShape } from './report-shape.js';
import { runReport } from './run-report.js';
import type { GoogleUser } from './users.js';

const SCOPES = [READONLY, BROAD];
const BATCH_MAX = 5;

/** analyticsdata.googleapis.com, v1beta */
export function mountDataApi(
  scope: FastifyInstance,
  stage: Stage,
  properties: Properties,
  quotas: Quotas,
): void {
  const report = (state: PropertyState, user: GoogleUser, body: ReportBody) => {
    const { property, book } = state;
    if (body.property && body.property !== `properties/${property.id}`) {
      throw invalidArgument('The property of the body is another than that of the path.');
    }
    const now = stage.clock.now();
    const request = reportRequest(body, book.zone.dayOf(now));
    quotas.admit(property.id, state.quota);
    const revenueHidden = user.withoutRevenue.includes(property.id);
    const made = runReport(request, { book, now, flags: state.flags, revenueHidden });
    quotas.spend(property.id, made.tokens, made.thresholded);
    if (body.returnPropertyQuota !== true) return made.body;
    const { kind, ...rest } = made.body;
    return { ...rest, propertyQuota: quotas.shown(property.id, state.quota, made.tokens), kind };
  };

  const methods: Readonly<
    Record<string, (request: FastifyRequest, state: PropertyState, user: GoogleUser) => object>
  > = {
    runReport: (request, state, user) =>
      report(state, user, bodyOf<ReportBody>(request, reportShape)),
    batchRunReports(request, state, user) {
      const body = bodyOf<{ requests?: ReportBody[] }>(request, batchShape);
      const requests = body.requests ?? [];
      if (requests.length > BATCH_MAX) {
        throw invalidArgument(`A batch is limited to ${BATCH_MAX} requests.`);
      }
      const reports = requests.map((one) => report(state, user, one));
      return { reports, kind: 'analyticsData#batchRunReports' };
    },
    checkCompatibility: (request) =>
      compatibility(
        bodyOf<ReportBody & { compatibilityFilter?: string }>(request, compatibilityShape),
      ),
  };

  scope.post('/v1beta/properties/:target', (request) => {
    const { target } = request.params as { target: string };
    const [id = '', name = ''] = target.split(':');
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) throw notFound();
    const user = admitted(request, stage, SCOPES);
    const state = propertyFor(id, user, properties);
    if (state.trashedAt !== null) throw noRole();
    return method(request, state, user);
  });

  scope.get('/v1beta/properties/:id/metadata', (request) => {
    const { id } = request.params as { id: string };
    const user = admitted(request, stage, SCOPES);
    const hidden = user.withoutRevenue.includes(Number(id));
    if (id !== '0') propertyFor(id, user, properties);
    return {
      name: `properties/${id}/metadata`,
      dimensions: DIMENSIONS.map(dimensionMetadata),
      metrics: METRICS.map((field) => metricMetadata(field, hidden)),
    };
  });
}

function dimensionMetadata({ apiName, uiName, category }: DimensionField): object {
  return { apiName, uiName, description: `${uiName}.`, category };
}

function metricMetadata(
  { apiName, uiName, category, type, revenue }: MetricField,
  hidden: boolean,
): object {
  const blocked = hidden && revenue ? { blockedReasons: ['NO_REVENUE_METRICS'] } : {};
  return { apiName, uiName, description: `${uiName}.`, type, category, ...blocked };
}

function compatibility(body: ReportBody & { compatibilityFilter?: string }): object {
  const { dimensions, metrics } = fieldsOf(body);
  const wanted = (compatibility: string) =>
    [undefined, 'COMPATIBILITY_UNSPECIFIED', compatibility].includes(body.compatibilityFilter);
  return {
    dimensionCompatibilities: DIMENSIONS.map((field) => ({
      dimensionMetadata: dimensionMetadata(field),
      compatibility: rated(metrics.every((metric) => isCompatible(field.apiName, metric))),
    })).filter((one) => wanted(one.compatibility)),
    metricCompatibilities: METRICS.map((field) => ({
      metricMetadata: metricMetadata(field, false),
      compatibility: rated(dimensions.every((name) => isCompatible(name, field.apiName))),
    })).filter((one) => wanted(one.compatibility)),
  };
}

function rated(fits: boolean): string {
  return fits ? 'COMPATIBLE' : 'INCOMPATIBLE';
}
