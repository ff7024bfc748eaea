/** What somebody can do about what is in the way, by code. Where nothing is named the sync goes on by itself. */
const ADVICE: Readonly<Record<string, string>> = {
  grant_missing: 'Connect the integration again.',
  grant_revoked: 'Access was taken back at the provider. Connect the integration again.',
  reconnect_needed: 'The access could not be renewed. Connect the integration again.',
  provider_revoked: 'Access was taken back at the provider. Connect the integration again.',
  provider_token_refused:
    'The provider no longer takes the access it gave. Connect the integration again.',
  provider_forbidden:
    'The connection may not read all it needs. Connect the integration again and grant all permissions.',
  provider_paused: 'The account is paused or locked at the provider. Open it there.',
  provider_unavailable:
    'The provider has a fault or cannot be reached. It is tried again by itself.',
  provider_refused:
    'The provider refused a request of ours, which is a fault of NuMoon. It is tried again.',
  provider_unknown: 'This installation has no connector for the provider. Ask its operator.',
  provider_not_configured: 'This installation has no app at the provider. Ask its operator.',
  provider_page_broken:
    'A page of the provider could not be understood and was left out. It is tried again.',
  mapping_invalid: 'A page could not be understood, which is a fault of NuMoon. It is tried again.',
  sync_incomplete:
    'Some days could not be read and are missing. They are tried again by themselves.',
  integration_not_active: 'The integration was ended or has to be connected again.',
};

const OTHERWISE = 'It is tried again by itself. Tell the operator if it stays.';

export function adviceFor(code: string): string {
  // The code is read from the tenant's own row, where anything may stand.
  return (Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined) ?? OTHERWISE;
}
