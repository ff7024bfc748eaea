import type { CrmBook } from '../../business/crm/book.js';
import { PIPELINES } from '../../business/crm/pipelines.js';
import type { Pipeline, Stage } from '../../business/crm/types.js';
import { type HubSpotAnswer, invalid } from './answers.js';
import { contactProperties } from './contact-properties.js';
import { dealProperties } from './deal-properties.js';
import type { PropertyOf } from './records.js';

const EPOCH = '1970-01-01T00:00:00Z';
const SET_UP = '2024-09-01T08:00:00Z';

/** `GET /account-info/{version}/details` */
export function accountDetails(book: CrmBook, now: number): HubSpotAnswer {
  const { account } = book;
  const offset = book.zone.offset(now);
  const minutes = Math.abs(offset) / 60_000;
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return {
    status: 200,
    body: {
      portalId: account.id,
      accountType: account.type,
      timeZone: account.zone,
      companyCurrency: account.currency,
      additionalCurrencies: account.otherCurrencies ?? [],
      utcOffset: `${offset < 0 ? '-' : '+'}${clock.join(':')}`,
      utcOffsetMilliseconds: offset,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    },
  };
}

/** `GET /crm/pipelines/{version}/{objectType}` */
export function pipelines(objectType: string): HubSpotAnswer {
  if (!isDeals(objectType)) {
    if (objectType !== 'tickets') throw invalid(`Unable to infer object type from: ${objectType}`);
    return { status: 200, body: { results: [] } };
  }
  return { status: 200, body: { results: PIPELINES.map(shownPipeline) } };
}

function shownPipeline({ id, label, stages }: Pipeline, displayOrder: number): object {
  const createdAt = id === 'default' ? EPOCH : SET_UP;
  const common = { archived: false, createdAt, updatedAt: SET_UP };
  return {
    id,
    label,
    displayOrder,
    ...common,
    stages: stages.map((one, i) => shownStage(one, i, common)),
  };
}

function shownStage(stage: Stage, displayOrder: number, common: object): object {
  const { id, label, tenths, closed } = stage;
  return {
    id,
    label,
    displayOrder,
    ...common,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    metadata: { probability: (tenths / 10).toFixed(1), isClosed: String(closed) },
  };
}

/** `GET /crm/properties/{version}/{objectType}` */
export function properties(book: CrmBook, objectType: string, now: number): HubSpotAnswer {
  if (isDeals(objectType))
    return { status: 200, body: { results: dealProperties(book, now).map(shownProperty) } };
  if (objectType !== 'contacts' && objectType !== '0-1') {
    throw invalid(`Unable to infer object type from: ${objectType}`);
  }
  return { status: 200, body: { results: contactProperties(now).map(shownProperty) } };
}

function shownProperty<R>(property: PropertyOf<R>, displayOrder: number): object {
  const { name, label, type, fieldType } = property;
  return {
    name,
    label,
    type,
    fieldType,
    displayOrder,
    calculated: property.calculated ?? false,
    hubspotDefined: true,
    archived: false,
    options: (property.options ?? []).map((option, order) => ({
      ...option,
      displayOrder: order,
      hidden: false,
    })),
  };
}

export function isDeals(objectType: string): boolean {
  return objectType === 'deals' || objectType === '0-3' || objectType === 'deal';
}
