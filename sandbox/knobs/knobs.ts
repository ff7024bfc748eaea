import type { Chance } from '../business/chance.js';
import { SandboxError } from '../core/sandbox-error.js';
import { type Fault, faultFault } from './fault.js';

interface Armed {
  fault: Fault;
  skipped: number;
  struck: number;
}

/** What one provider of the sandbox was told to do wrong. */
export class Knobs {
  #armed: Armed[] = [];
  #withheld: string[] = [];

  constructor(private readonly chance: Chance) {}

  /** @throws SandboxError where it is not understood */
  set(input: unknown): void {
    const { faults, withholdScopes, ...rest } = (input ?? {}) as Record<string, unknown>;
    const strange = Object.keys(rest)[0];
    if (strange !== undefined) throw new SandboxError(400, `There is no knob ${strange}.`);
    if (faults !== undefined) {
      const list: unknown[] = Array.isArray(faults) ? faults : [faults];
      for (const fault of list) {
        const wrong = faultFault(fault);
        if (wrong !== null) throw new SandboxError(400, wrong);
      }
      this.#armed = list.map((fault) => ({ fault: fault as Fault, skipped: 0, struck: 0 }));
    }
    if (withholdScopes !== undefined) {
      const isList =
        Array.isArray(withholdScopes) && withholdScopes.every((name) => typeof name === 'string');
      if (!isList) throw new SandboxError(400, 'withholdScopes is a list of scope names.');
      this.#withheld = withholdScopes;
    }
  }

  clear(): void {
    this.#armed = [];
    this.#withheld = [];
  }

  /** Scopes as they are granted: less those that the person on the consent page refuses. */
  withheld(asked: readonly string[]): string[] {
    return asked.filter((name) => !this.#withheld.includes(name));
  }

  /** The faults that strike this call; each is counted as used. */
  strike(method: string, path: string): Fault[] {
    return this.#armed.filter((armed) => this.#hits(armed, method, path)).map(({ fault }) => fault);
  }

  /** How things stand, for `GET /_sandbox/knobs/<provider>`. */
  view(): { faults: { fault: Fault; struck: number }[]; withholdScopes: string[] } {
    return {
      faults: this.#armed.map(({ fault, struck }) => ({ fault, struck })),
      withholdScopes: this.#withheld,
    };
  }

  #hits(armed: Armed, method: string, path: string): boolean {
    const { fault } = armed;
    if (fault.path !== undefined && !path.includes(fault.path)) return false;
    if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
    if (armed.skipped < (fault.skip ?? 0)) {
      armed.skipped += 1;
      return false;
    }
    if (armed.struck >= (fault.calls ?? Infinity)) return false;
    if (fault.share !== undefined && !this.chance.happens(fault.share)) return false;
    armed.struck += 1;
    return true;
  }
}

/** A fault that came with the call itself, in `x-sandbox-fault` as JSON. */
export function faultsOfHeader(header: unknown): Fault[] {
  if (typeof header !== 'string') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(header);
  } catch {
    throw new SandboxError(400, 'x-sandbox-fault is JSON: {"kind":"latency","ms":200}.');
  }
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  for (const fault of list) {
    const wrong = faultFault(fault);
    if (wrong !== null) throw new SandboxError(400, wrong);
  }
  return list as Fault[];
}
