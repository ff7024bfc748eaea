export interface ComparedLine {
  sign: ' ' | '-' | '+';
  text: string;
}

/** By the longest common subsequence; quadratic, and the texts are some dozen lines. */
export function compareLines(before: string[], after: string[]): ComparedLine[] {
  const common = Array.from({ length: before.length + 1 }, () => after.map(() => 0));
  const at = (b: number, a: number): number => common[b]?.[a] ?? 0;
  for (let b = before.length - 1; b >= 0; b -= 1) {
    for (let a = after.length - 1; a >= 0; a -= 1) {
      const longest =
        before[b] === after[a] ? at(b + 1, a + 1) + 1 : Math.max(at(b + 1, a), at(b, a + 1));
      (common[b] as number[])[a] = longest;
    }
  }
  const lines: ComparedLine[] = [];
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
