const CONTEXT = 3;

interface Line {
  sign: ' ' | '-' | '+';
  text: string;
}

/** What `diff -u` shows. Empty where the texts have the same lines. */
export function unifiedDiff(before: string, after: string, names: [string, string]): string {
  const lines = compare(linesOf(before), linesOf(after));
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

/** By the longest common subsequence; quadratic, and the texts are some dozen lines. */
function compare(before: string[], after: string[]): Line[] {
  const common = before.map(() => new Array<number>(after.length + 1).fill(0));
  common.push(new Array<number>(after.length + 1).fill(0));
  const at = (b: number, a: number): number => common[b]?.[a] ?? 0;
  for (let b = before.length - 1; b >= 0; b -= 1) {
    for (let a = after.length - 1; a >= 0; a -= 1) {
      const longest =
        before[b] === after[a] ? at(b + 1, a + 1) + 1 : Math.max(at(b + 1, a), at(b, a + 1));
      (common[b] as number[])[a] = longest;
    }
  }
  const lines: Line[] = [];
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    const [left, right] = [before[b], after[a]];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      b += 1;
      a += 1;
    } else if (left !== undefined && (right === undefined || at(b + 1, a) >= at(b, a + 1))) {
      lines.push({ sign: '-', text: left });
      b += 1;
    } else {
      lines.push({ sign: '+', text: right as string });
      a += 1;
    }
  }
  return lines;
}
