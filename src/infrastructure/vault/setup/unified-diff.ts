import { compareLines } from './compare-lines.js';

const CONTEXT = 3;

/** What `diff -u` shows. Empty where the texts have the same lines. */
export function unifiedDiff(before: string, after: string, names: [string, string]): string {
  const lines = compareLines(linesOf(before), linesOf(after));
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const out: string[] = [];
  const reached = { '-': 1, '+': 1 };
  for (let at = 0; at < lines.length;) {
    if (shown[at] !== true) {
      reached['-'] += 1;
      reached['+'] += 1;
      at += 1;
      continue;
    }
    const end = shown.indexOf(false, at);
    const hunk = lines.slice(at, end === -1 ? undefined : end);
    const counts = {
      '-': hunk.filter(({ sign }) => sign !== '+').length,
      '+': hunk.filter(({ sign }) => sign !== '-').length,
    };
    out.push(`@@ -${range(reached['-'], counts['-'])} +${range(reached['+'], counts['+'])} @@`);
    out.push(...hunk.map(({ sign, text }) => `${sign}${text}`));
    reached['-'] += counts['-'];
    reached['+'] += counts['+'];
    at += hunk.length;
  }
  return out.length === 0 ? '' : [`--- ${names[0]}`, `+++ ${names[1]}`, ...out].join('\n');
}

function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function linesOf(text: string): string[] {
  return text.trimEnd() === '' ? [] : text.trimEnd().split('\n');
}
