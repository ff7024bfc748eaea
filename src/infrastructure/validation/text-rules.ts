/** C0 and C1 controls, among them NUL, line breaks and tab. */
const CONTROL = /\p{Cc}/u;

/** Halves of surrogate pairs: text that no UTF-8 file, and so no Postgres, can hold. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Embeddings, overrides and isolates: they make a name read differently from what it is. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/u;

/** Anything one could see. Blanks, and signs without width such as U+200B, are not. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * Whether a name may be stored and shown: 1 to `maxCharacters` code points, at least one of them
 * visible, no control characters and no bidirectional controls.
 */
export function isDisplayName(value: unknown, maxCharacters: number): boolean {
  if (typeof value !== 'string') return false;
  // Two UTF-16 units a code point at most: counted only where that could decide.
  if (value.length > maxCharacters * 2 || [...value].length > maxCharacters) return false;
  return VISIBLE.test(value) && !isUnstorable(value) && !BIDI_CONTROL.test(value);
}

/** Text that must not reach a database, whatever it means. */
export function isUnstorable(value: string): boolean {
  return CONTROL.test(value) || LONE_SURROGATE.test(value);
}
