import { AnswerNotJsonError, AnswerTooDeepError } from './http-client.errors.js';
import type { OutboundPlace } from './http-client.errors.js';
import type { HttpAnswer } from './http-request.js';
import { parseAnswer } from './parse-answer.js';

export function answerOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  bytes: Buffer,
  maxDepth: number,
  place: OutboundPlace,
): HttpAnswer {
  const json = (): unknown => {
    if (bytes.length === 0) return undefined;
    const parsed = parseAnswer(bytes, maxDepth);
    if (parsed === 'too-deep') throw new AnswerTooDeepError(maxDepth, place);
    if (parsed === 'not-json') throw new AnswerNotJsonError(place);
    return parsed.value;
  };
  return { status, headers: flat(headers), bytes, json };
}

function flat(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}
