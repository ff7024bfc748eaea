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

  /** @param sent what the asking one said itself, which may come back */
  search(act: string, by: Subject, text: string, sent = ''): void {
    for (const subject of this.subjects()) {
      if (subject === by) continue;
      const seen = subject.marks.find(({ value }) => text.includes(value) && !sent.includes(value));
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

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
