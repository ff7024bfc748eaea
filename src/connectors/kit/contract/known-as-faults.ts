import type { Account } from '../account.js';
import type { Connector } from '../connector.js';

type Texts = Readonly<Record<string, string>>;

/** What is wrong with the other names by which webhooks call an account. */
export function knownAsFaults({ facts, knownAs, webhooks }: Connector): readonly string[] {
  if (knownAs === undefined) return [];
  if (webhooks === null && facts.revocationEnds !== 'login') {
    return ['knownAs is for webhooks, and there are none: leave it out.'];
  }
  const faults: string[] = [];
  try {
    const named = knownAs(account('a', {}), {});
    if (named.some((name) => name === '' || /undefined|null|NaN/.test(name))) {
      faults.push(
        `knownAs makes "${named.join('", "')}" of an account and a grant that say nothing: leave such names out, or all connections have one name.`,
      );
    }
    const [first, second] = ['a', 'b'].map(
      (which) => new Set(knownAs(account(which, saying(which)), saying(which))),
    );
    if ([...(first ?? [])].some((name) => second?.has(name))) {
      faults.push(
        'knownAs gives two accounts one name: an event of one would be of the other too.',
      );
    }
  } catch (error) {
    faults.push(`knownAs throws where something is missing: ${(error as Error).message}.`);
  }
  return faults;
}

function account(which: string, details: Texts): Account {
  return { id: which, name: which, timeZone: 'UTC', currency: null, test: false, details };
}

/** Says something else for each of the two, whatever it is asked for. */
function saying(which: string): Texts {
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_target, name) => (typeof name === 'string' ? `${name} of ${which}` : undefined),
      has: () => true,
    },
  );
}
