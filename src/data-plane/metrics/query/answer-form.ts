import { NotAcceptableError } from './query.errors.js';

export type AnswerForm = 'json' | 'csv';

const FORMS: readonly { form: AnswerForm; type: string }[] = [
  { form: 'json', type: 'application/json' },
  { form: 'csv', type: 'text/csv' },
];

/**
 * The form that an Accept header likes best; JSON where it does not mind.
 *
 * @throws NotAcceptableError
 */
export function answerForm(accept: string | undefined): AnswerForm {
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(rangeOf);
  const liked = FORMS.map(({ form, type }) => ({ form, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  const [best] = liked;
  if (best === undefined) throw new NotAcceptableError();
  return best.form;
}

interface MediaRange {
  type: string;
  quality: number;
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = given === undefined ? 1 : Number(given);
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most exact range that matches says how much it is liked. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  for (const candidate of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const match = ranges.find((range) => range.type === candidate);
    if (match !== undefined) return match.quality;
  }
  return 0;
}
