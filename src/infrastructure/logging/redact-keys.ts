/** Compared with the key in lower case, letters and digits only: `X-Vault-Token`, `set-cookie`, `apiKey`. */
const SECRET =
  /passw(or)?d|passphrase|pwd|secret|token|apikey|credential|authorization|cookie|privatekey|masterkey|databaseurl|connectionstring|smtpurl|sessionid|signature|verifier|rawheaders|jwt$|^otp$|^pin$|^dsn$/;

/**
 * What Postgres, TypeORM and HTTP call the places where rows and bodies stand. Errors never show them
 * (see `shape-error.ts`); here they are dropped from copies of errors and requests as well.
 */
const CONTENT = new Set([
  'detail',
  'where',
  'internalquery',
  'parameters',
  'query',
  'body',
  'rawbody',
  'drivererror',
]);

export type KeyRule = 'secret' | 'content' | 'open';

const known = new Map<string, KeyRule>();
const MAX_KNOWN = 2_000;

/** How the value under a key is treated. Keys are few and repeat, so the answer is remembered. */
export function ruleOf(key: string): KeyRule {
  const found = known.get(key);
  if (found !== undefined) return found;
  const plain = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const rule = SECRET.test(plain) ? 'secret' : CONTENT.has(plain) ? 'content' : 'open';
  if (known.size >= MAX_KNOWN) known.clear();
  if (key.length <= 64) known.set(key, rule);
  return rule;
}
