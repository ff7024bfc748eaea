/** A cheap look first: most text has none of these and skips the patterns. */
const SUSPECT =
  /nm_|:\/\/|@|=|eyJ|hvs\.|\$argon2|SCRAM|bearer|basic|token|secret|passw|api.?key|signature|credential|(?![\t\n\r])\p{Cc}/iu;

/** Repetitions are bounded, so that hostile text costs no more than its length. */
const PATTERNS: readonly [RegExp, string][] = [
  // Whatever stands before the last @ of an address: postgres://user:p@ss/word@host
  [/([a-z][a-z0-9+.-]{1,20}:\/\/)\S{0,1024}@/gi, '$1[secret]@'],
  // Our API keys. Names of databases and roles have 16 characters after nm_ and stay readable.
  [/nm_[A-Za-z0-9]{20,}[\w-]*/g, '[api key]'],
  [/\b(bearer\s+)[\w.~+/=-]+/gi, '$1[secret]'],
  [/\b(basic\s+)[\w+/=-]{12,}/gi, '$1[secret]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[jwt]'],
  [/\bhvs\.[\w-]{20,}/g, '[secret]'],
  [/\$argon2[a-z]{0,2}\$[^\s"']+/g, '[password hash]'],
  [/SCRAM-SHA-256\$[^\s"']+/g, '[password hash]'],
  [/(session["'\\]{0,2}\s{0,2}=\s{0,2}["'\\]{0,2})[^\s;,"'\\]+/gi, '$1[secret]'],
  // token=..., "client_secret":"...", password: ..., also with escaped quotes
  [
    /((?:token|secret|passwo?r?d|passphrase|api[_-]?key|signature|credentials?)["'\\]{0,2}\s{0,2}[=:]\s{0,2})(?:\\?"[^"]{0,1024}"?|'[^']{0,1024}'?|[^\s&"'#;,)}\]]+)/gi,
    '$1[secret]',
  ],
  [/([?&](?:code|state|key|sig|auth|session)=)[^\s&"'#]+/gi, '$1[secret]'],
  [/[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24}/gi, '[email]'],
  // A terminal obeys escape sequences.
  [/(?![\t\n\r])\p{Cc}/gu, '\u{fffd}'],
];

const MAX_CHARACTERS = 8_192;
/** Longer than any secret that a cut may leave without its recognisable end. */
const MARGIN = 1_536;

/** The text without what looks like a secret or an e-mail address, cut at 8 KiB. */
export function redactText(text: string): string {
  if (text.length > MAX_CHARACTERS + MARGIN) {
    const cut = clean(text.slice(0, MAX_CHARACTERS + MARGIN)).slice(0, -MARGIN);
    return `${cut}… (${text.length} characters)`;
  }
  return clean(text);
}

function clean(text: string): string {
  if (!SUSPECT.test(text)) return text;
  let result = text;
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
  return result;
}
