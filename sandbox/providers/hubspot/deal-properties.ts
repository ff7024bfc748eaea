import { canaryPerson } from '../../business/canary.js';
import type { CrmBook } from '../../business/crm/book.js';
import { decimalText, digitsOf } from '../../business/crm/money.js';
import { PIPELINES, stageOf } from '../../business/crm/pipelines.js';
import type { DealState } from '../../business/crm/types.js';
import { iso, type PropertyOf } from './records.js';

/** The properties deals have in this account. */
export function dealProperties(book: CrmBook, now: number): readonly PropertyOf<DealState>[] {
  const { account } = book;
  const multiCurrency = account.otherCurrencies !== null;
  return [
    text('dealname', 'Deal Name', (state) => state.deal.name),
    text('description', 'Deal Description', note),
    number('amount', 'Amount', (state) => amountText(state.amount, state.deal.currency)),
    {
      ...number('amount_in_home_currency', 'Amount in company currency', (state) =>
        // Without multi-currency the property is there and never has a value.
        amountText(book.homeAmount(state, now), account.currency),
      ),
      calculated: true,
    },
    ...(multiCurrency
      ? [currencyCode([account.currency, ...(account.otherCurrencies ?? [])])]
      : []),
    stage(),
    pipeline(),
    date('closedate', 'Close Date', (state) => state.closeAt),
    date('createdate', 'Create Date', (state) => state.deal.createdAt),
    date('hs_lastmodifieddate', 'Last Modified Date', (state) => state.modifiedAt),
    date('hs_v2_date_entered_current_stage', 'Date entered current stage', (s) => s.enteredStageAt),
    flag('hs_is_closed', 'Is Deal Closed?', (one) => one.closed),
    flag('hs_is_closed_won', 'Is Closed Won', (one) => one.closed && one.tenths === 10),
    flag('hs_is_closed_lost', 'Is closed lost', (one) => one.closed && one.tenths === 0),
    number('hs_deal_stage_probability', 'Deal probability', (state) =>
      probabilityText(stageOf(state.deal.pipeline, state.stage).tenths),
    ),
    number('hs_object_id', 'Record ID', (state) => String(state.deal.id)),
    text('hs_merged_object_ids', 'Merged record IDs', (state) =>
      state.absorbed.length === 0 ? null : state.absorbed.join(';'),
    ),
    text('hubspot_owner_id', 'Deal owner', (state) => String(9_100 + (state.deal.id % 4))),
  ];
}

/** Amounts are shown as they were typed: whole ones without decimals. */
function amountText(minor: number | null, currency: string): string | null {
  if (minor === null) return null;
  return decimalText(minor, digitsOf(currency)).replace(/\.00$/, '');
}

/** Every digit of the binary fraction nearest to some tenths, as the provider shows them. */
const EXACT: Readonly<Record<number, string>> = {
  1: '0.1000000000000000055511151231257827021181583404541015625',
  2: '0.200000000000000011102230246251565404236316680908203125',
  3: '0.299999999999999988897769753748434595763683319091796875',
  4: '0.40000000000000002220446049250313080847263336181640625',
  5: '0.5',
  6: '0.59999999999999997779553950749686919152736663818359375',
  7: '0.6999999999999999555910790149937383830547332763671875',
  8: '0.8000000000000000444089209850062616169452667236328125',
  9: '0.90000000000000002220446049250313080847263336181640625',
};

function probabilityText(tenths: number): string {
  if (tenths === 0) return '0';
  if (tenths === 10) return '1';
  return EXACT[tenths] ?? String(tenths / 10);
}

function note(state: DealState): string {
  const { email, phone } = canaryPerson(state.deal.id);
  return `Call the buyer back: ${email}, ${phone}`;
}

type Read = PropertyOf<DealState>['read'];

function text(name: string, label: string, read: Read): PropertyOf<DealState> {
  return { name, label, type: 'string', fieldType: 'text', read };
}

function number(name: string, label: string, read: Read): PropertyOf<DealState> {
  return { name, label, type: 'number', fieldType: 'number', read };
}

function date(
  name: string,
  label: string,
  at: (state: DealState) => number | null,
): PropertyOf<DealState> {
  const read: Read = (state) => {
    const instant = at(state);
    return instant === null ? null : iso(instant);
  };
  return { name, label, type: 'datetime', fieldType: 'date', read };
}

function flag(
  name: string,
  label: string,
  is: (stage: ReturnType<typeof stageOf>) => boolean,
): PropertyOf<DealState> {
  const read: Read = (state) => String(is(stageOf(state.deal.pipeline, state.stage)));
  return { name, label, type: 'bool', fieldType: 'calculation_read_time', calculated: true, read };
}

function stage(): PropertyOf<DealState> {
  const options = PIPELINES.flatMap((one) =>
    one.stages.map(({ id, label }) => ({ value: id, label: `${label} (${one.label})` })),
  );
  return {
    name: 'dealstage',
    label: 'Deal Stage',
    type: 'enumeration',
    fieldType: 'radio',
    options,
    read: (state) => state.stage,
  };
}

function pipeline(): PropertyOf<DealState> {
  const options = PIPELINES.map(({ id, label }) => ({ value: id, label }));
  return {
    name: 'pipeline',
    label: 'Pipeline',
    type: 'enumeration',
    fieldType: 'select',
    options,
    read: (state) => state.deal.pipeline,
  };
}

function currencyCode(currencies: readonly string[]): PropertyOf<DealState> {
  return {
    name: 'deal_currency_code',
    label: 'Currency',
    type: 'enumeration',
    fieldType: 'select',
    options: currencies.map((value) => ({ value, label: value })),
    read: (state) => state.deal.currency,
  };
}
