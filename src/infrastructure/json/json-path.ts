/** An open object or array while a document is read. */
export interface Frame {
  /** Keys met so far in an object; null in an array. */
  keys: Set<string> | null;
  /** The key whose value is being read. */
  key: string;
  /** The position in an array. */
  index: number;
}

const MAX_SEGMENT = 64;

/** Control characters and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Where the reading stands, like a JSON pointer: `/owner/emails/2`. Long keys are cut and unprintable
 * ones masked, because the path ends up in answers and logs.
 */
export function pathOf(frames: readonly Frame[]): string {
  return frames.map((frame) => `/${segment(frame)}`).join('');
}

function segment(frame: Frame): string {
  if (frame.keys === null) return String(frame.index);
  if (UNPRINTABLE.test(frame.key)) return '?';
  const key = frame.key.length > MAX_SEGMENT ? `${frame.key.slice(0, MAX_SEGMENT)}…` : frame.key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
