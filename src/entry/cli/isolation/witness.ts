import { AppError } from '../../../kernel/app-error.js';
import type { Mark, Subject } from './subject.js';

/** Something of one tenant that another one saw, changed, or was allowed to do. */
export interface Crossing {
  act: string;
  /** Letters of the tenants: who acted, and whose it was. */
  by: string;
  of: string;
  /** What was seen, by its kind and never by its value. */
  what: string;
}

/** A list that grows without end tells no more than its first hundred. */
const KEPT = 100;

/** Searches all that comes back for what is another tenant's, and counts what was tried. */
export class Witness {
  readonly crossings: Crossing[] = [];
  crossingsInAll = 0;
  readonly tried = new Map<string, number>();
  readonly answers = new Map<string, number>();
  requests = 0;

  constructor(private readonly subjects: () => readonly Subject[]) {}

  try(act: string): void {
    add(this.tried, act);
  }

  /** How it ended: a status of HTTP, or the code of a refusal. */
  answered(how: string): void {
    add(this.answers, how);
  }

  failed(error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown };
    this.answered(error instanceof AppError || typeof code === 'string' ? String(code) : 'error');
  }

  /**
   * @param since when it was asked, of `performance.now()`
   * @param sent what the asking one said itself, which may come back
   */
  search(act: string, by: Subject, text: string, since: number, sent = ''): void {
    const isOwn = (value: string): boolean => sent.includes(value) || hadPlanted(by, value, since);
    for (const subject of this.subjects()) {
      if (subject === by) continue;
      const seen = subject.marks.find(({ value }) => text.includes(value) && !isOwn(value));
      if (seen !== undefined) this.crossed(act, by, subject, seen.kind);
    }
  }

  crossed(act: string, by: Subject, of: Subject, what: Mark['kind'] | string): void {
    this.crossingsInAll += 1;
    if (this.crossings.length < KEPT) {
      this.crossings.push({ act, by: by.letter, of: of.letter, what });
    }
  }
}

/** Whether the id lay in the tenant's own rows at some time since then. */
export function hadPlanted({ planted }: Subject, id: string, since: number): boolean {
  return (planted.get(id) ?? Number.NEGATIVE_INFINITY) >= since;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
