import type { ProviderClient } from '../../kit/provider-client.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import { HUBSPOT_VERSION } from '../facts.js';

export interface Stage {
  id: string;
  order: number;
  isClosed: boolean;
  /** Decimal text from 0 to 1. */
  probability: string;
}

/** Stages by id, by the pipeline's id: two pipelines may use one stage id, and labels mean nothing. */
export type Pipelines = ReadonlyMap<string, ReadonlyMap<string, Stage>>;

export async function readPipelines(client: ProviderClient): Promise<Pipelines> {
  const { body } = await client.get(`/crm/pipelines/${HUBSPOT_VERSION}/deals`);
  return new Map(
    list(body, 'results').map((pipeline) => [
      text(pipeline, 'id'),
      new Map(list(pipeline, 'stages').map((stage) => [text(stage, 'id'), readStage(stage)])),
    ]),
  );
}

/** Whether the account knows amounts in its own currency: smaller plans do not, and null is then no zero. */
export async function knowsHomeAmounts(client: ProviderClient): Promise<boolean> {
  const { body } = await client.get(`/crm/properties/${HUBSPOT_VERSION}/deals`);
  return list(body, 'results').some((it) => text(it, 'name') === 'amount_in_home_currency');
}

function readStage(stage: unknown): Stage {
  const metadata = object(stage, 'metadata');
  return {
    id: text(stage, 'id'),
    order: whole(stage, 'displayOrder'),
    isClosed: text(metadata, 'isClosed') === 'true',
    probability: text(metadata, 'probability'),
  };
}
