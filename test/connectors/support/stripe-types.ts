import { contractFile } from './contract-file.js';

export const STRIPE_FIELDS = 'stripe/resource-fields-2026-07-29.dahlia.json';
export const STRIPE_OPERATIONS = 'stripe/openapi-list-endpoints.historic-2023-08-16.json';

export interface StripeType {
  fields?: Record<string, { type: string; optional?: boolean }>;
  /** `'one_time' | 'recurring'` */
  alias?: string;
}

/** The published tables of fields: which type has which fields, and of what type those are. */
export class StripeTypes {
  readonly #types: Readonly<Record<string, StripeType>>;

  constructor() {
    const { types } = JSON.parse(contractFile(STRIPE_FIELDS)) as {
      types: Record<string, StripeType>;
    };
    this.#types = types;
  }

  get(name: string): StripeType | undefined {
    return Object.hasOwn(this.#types, name) ? this.#types[name] : undefined;
  }

  /**
   * What a place (`data[].items.data[].price`) of an object is: `known`, `missing` where a type has no
   * such field, or the name of the type that the tables leave out.
   */
  follow(root: string, place: string): string {
    let at = root;
    for (const step of place.split('.')) {
      const name = step.replaceAll('[]', '');
      const field = this.#field(at, name);
      if (field === undefined) return 'missing';
      if (field === 'left out') return at;
      const inner = this.#objectIn(field, at);
      if (inner === null) return 'known';
      at = inner;
    }
    return 'known';
  }

  #field(type: string, name: string): string | undefined {
    const [, item] = /^ApiList<(\w+)>$/.exec(type) ?? [];
    if (item !== undefined) {
      const list: Record<string, string> = {
        object: 'string',
        data: `Array<${item}>`,
        has_more: 'boolean',
        url: 'string',
      };
      return list[name];
    }
    const known = this.get(type);
    return known === undefined ? 'left out' : known.fields?.[name]?.type;
  }

  /** The type of object that a field may hold; null where it is a plain value. */
  #objectIn(text: string, within: string): string | null {
    const [, inner] = /^Array<(.+)>/.exec(text) ?? [];
    const parts = (inner ?? text).split(' | ').map((part) => part.trim());
    const names = parts.filter((part) => /^(ApiList<\w+>|[A-Z][\w.]*)$/.test(part));
    const [name] = names.filter((part) => !part.startsWith('Deleted') && part !== 'Decimal');
    if (name === undefined) return null;
    if (name.startsWith('ApiList') || this.get(name) !== undefined) return name;
    // Inside `Account.Settings` the tables call `Account.Settings.Dashboard` by `Settings.Dashboard`.
    const outer = within.split('.').slice(0, -1);
    const whole = [...outer, name].join('.');
    const isAlias = this.get(whole)?.alias !== undefined || this.get(name)?.alias !== undefined;
    return isAlias ? null : whole;
  }
}
