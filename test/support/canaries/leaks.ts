import type { Form } from './forms.js';
import type { Known } from './registry.js';
import { Scanner, type Finding } from './scanner.js';

/** Something that was written or shown, and must not hold what is secret. */
export interface Sink {
  name: string;
  content: string | Uint8Array;
  /** Kinds of secrets that belong here. */
  except?: readonly string[];
}

export interface Leak {
  where: string;
  offset: number;
  form: Form;
  kind: string;
  secret: string | Uint8Array;
  /** What stands around it, for the one who looks for the cause. */
  around?: string;
}

/** Says what was found where; the secrets themselves are not repeated. */
export class LeakError extends Error {
  constructor(readonly leaks: readonly Leak[]) {
    const shown = leaks.slice(0, 20).map(({ kind, form, where, offset, around }) => {
      const beside = around === undefined ? '' : `: ${around}`;
      return `  ${kind} (${form}) in ${where} at byte ${offset}${beside}`;
    });
    const more = leaks.length > shown.length ? [`  and ${leaks.length - shown.length} more`] : [];
    super(
      `${leaks.length} secrets can be read where they must not be:\n${[...shown, ...more].join('\n')}`,
    );
    this.name = 'LeakError';
  }
}

export function searchSinks(known: readonly Known[], sinks: readonly Sink[]): Leak[] {
  const scanner = new Scanner(known.map(({ value }) => value));
  return sinks.flatMap(({ name, content, except = [] }) =>
    asLeaks(known, scanner.scanBytes(content, name))
      .filter(({ kind }) => !except.includes(kind))
      .map((leak) => ({ ...leak, around: excerpt(known, content, leak.offset) })),
  );
}

/** @param skip paths that are left out */
export async function searchFolder(
  known: readonly Known[],
  folder: string,
  skip: readonly string[] = [],
): Promise<Leak[]> {
  const scanner = new Scanner(known.map(({ value }) => value));
  return asLeaks(known, await scanner.scanFolder(folder, skip));
}

export function throwLeaks(leaks: readonly Leak[]): void {
  if (leaks.length > 0) throw new LeakError(leaks);
}

function asLeaks(known: readonly Known[], findings: readonly Finding[]): Leak[] {
  const kinds = new Map(known.map(({ kind, value }) => [value, kind]));
  return findings.map(({ file, offset, form, canary }) => {
    return { where: file, offset, form, kind: kinds.get(canary) ?? 'secret', secret: canary };
  });
}

function excerpt(known: readonly Known[], content: string | Uint8Array, offset: number): string {
  const before = Buffer.from(content as string).subarray(Math.max(offset - 80, 0), offset);
  let text = before.toString('utf8');
  for (const { kind, value } of known) {
    if (typeof value === 'string') text = text.replaceAll(value, `[${kind}]`);
  }
  return JSON.stringify(`${text}[...]`);
}
