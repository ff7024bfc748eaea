import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { queryOf } from '../../http/read-body.js';
import { admitted, propertyFor } from './admission.js';
import { EDIT, READONLY } from './app.js';
import type { Properties, PropertyState } from './changes.js';
import { KEY_EVENTS } from './dimensions.js';
import { invalidArgument } from './google-error.js';

const SCOPES = [READONLY, EDIT];
const TYPE = 'PROPERTY_TYPE_ORDINARY';
const SINCE = '2024-08-30T10:00:00Z';

/** analyticsadmin.googleapis.com, v1beta */
export function mountAdminApi(scope: FastifyInstance, stage: Stage, properties: Properties): void {
  const seen = (request: FastifyRequest) => properties.seenBy(admitted(request, stage, SCOPES));
  const one = (request: FastifyRequest) => {
    const { id } = request.params as { id: string };
    return propertyFor(id, admitted(request, stage, SCOPES), properties);
  };

  scope.get('/v1beta/accountSummaries', (request) => {
    const summaries = summariesOf(seen(request).filter(({ trashedAt }) => trashedAt === null));
    return paged(request, 'accountSummaries', summaries);
  });

  scope.get('/v1beta/properties', (request) => {
    const query = queryOf(request);
    const parent = /^(?:parent|ancestor):accounts\/(\d+)$/.exec(query.get('filter') ?? '');
    if (parent === null) throw invalidArgument('filter is like parent:accounts/123.');
    const isShown = ({ trashedAt }: PropertyState) =>
      trashedAt === null || query.get('showDeleted') === 'true';
    const found = seen(request)
      .filter(({ property }) => String(property.account.id) === parent[1])
      .filter(isShown);
    return paged(request, 'properties', found.map(shownProperty));
  });

  scope.get('/v1beta/properties/:id', (request) => shownProperty(one(request)));

  scope.get('/v1beta/properties/:id/keyEvents', (request) => {
    const { property } = one(request);
    const keyEvents = KEY_EVENTS.map((eventName, at) => ({
      name: `properties/${property.id}/keyEvents/${7_000 + at}`,
      eventName,
      createTime: SINCE,
      deletable: true,
      ...(eventName === 'purchase' ? {} : { custom: true }),
      countingMethod: 'ONCE_PER_EVENT',
    }));
    return paged(request, 'keyEvents', keyEvents);
  });

  scope.get('/v1beta/properties/:id/dataStreams', (request) => {
    const { property } = one(request);
    const stream = {
      name: `properties/${property.id}/dataStreams/1`,
      type: 'WEB_DATA_STREAM',
      displayName: property.name,
      createTime: SINCE,
      updateTime: SINCE,
      webStreamData: { measurementId: `G-${property.id}`, defaultUri: 'https://acme.example' },
    };
    return paged(request, 'dataStreams', [stream]);
  });

  scope.get('/v1beta/properties/:id/customDimensions', (request) => {
    one(request);
    return paged(request, 'customDimensions', []);
  });
}

function summariesOf(states: readonly PropertyState[]): object[] {
  const accounts = new Map<number, PropertyState[]>();
  for (const state of states) {
    const { id } = state.property.account;
    accounts.set(id, [...(accounts.get(id) ?? []), state]);
  }
  return [...accounts].map(([id, members]) => ({
    name: `accountSummaries/${id}`,
    account: `accounts/${id}`,
    displayName: members[0]?.property.account.name,
    propertySummaries: members.map(({ property }) => ({
      property: `properties/${property.id}`,
      displayName: property.name,
      propertyType: TYPE,
      parent: `accounts/${id}`,
    })),
  }));
}

function shownProperty({ property, trashedAt }: PropertyState): object {
  const parent = `accounts/${property.account.id}`;
  return {
    name: `properties/${property.id}`,
    propertyType: TYPE,
    createTime: SINCE,
    updateTime: SINCE,
    parent,
    displayName: property.name,
    industryCategory: 'SHOPPING',
    timeZone: property.zone,
    currencyCode: property.currency,
    serviceLevel: 'GOOGLE_ANALYTICS_STANDARD',
    account: parent,
    ...(trashedAt === null
      ? {}
      : {
          deleteTime: new Date(trashedAt).toISOString(),
          expireTime: new Date(trashedAt + 35 * 86_400_000).toISOString(),
        }),
  };
}

/** 50 a page, at most 200; no list at all where it would be empty, no token on the last page. */
function paged(request: FastifyRequest, member: string, all: readonly object[]): object {
  const query = queryOf(request);
  const size = Number(query.get('pageSize') ?? 0);
  if (!Number.isInteger(size) || size < 0) throw invalidArgument('pageSize must not be negative.');
  const limit = Math.min(size || 50, 200);
  const token = query.get('pageToken');
  const start = token ? Number(/^page-(\d{1,6})$/.exec(token)?.[1] ?? Number.NaN) : 0;
  if (Number.isNaN(start)) throw invalidArgument('Invalid pageToken.');
  const page = all.slice(start, start + limit);
  const end = start + page.length;
  return {
    ...(page.length > 0 ? { [member]: page } : {}),
    ...(end < all.length ? { nextPageToken: `page-${end}` } : {}),
  };
}
