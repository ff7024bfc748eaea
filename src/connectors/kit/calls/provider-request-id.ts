/** Where providers put their own id of a call. */
const NAMES = [
  'request-id',
  'x-request-id',
  'x-hubspot-correlation-id',
  'x-fb-trace-id',
  'x-fb-request-id',
  'intuit_tid',
  'xero-correlation-id',
  'sforce-request-id',
  'x-correlation-id',
];

/** Ids only: a header is from outside, and this goes into logs. */
const ID = /^[A-Za-z0-9._:=+/-]{1,100}$/;

export function providerRequestId(headers: Readonly<Record<string, string>>): string | undefined {
  for (const name of NAMES) {
    const value = headers[name];
    if (value !== undefined && ID.test(value)) return value;
  }
  return undefined;
}
