import { noteSecret } from '../../support/canaries/registry.js';

export interface ShownLink {
  kind: string;
  token: string;
  /** The tenant that the link is of. */
  tenantId: string;
}

/** Collects the links that an app without a mail server shows. */
export class ShownLinks {
  readonly #links: ShownLink[] = [];

  readonly show = (kind: string, link: string): void => {
    const token = link.slice(link.indexOf('#token=') + '#token='.length);
    noteSecret('token of a link', token);
    this.#links.push({ kind, token, tenantId: `tnt_${token.slice(0, 20)}` });
  };

  /** Those that came since the last time anybody asked. */
  take(kind?: string): ShownLink[] {
    const taken = this.#links.splice(0);
    return kind === undefined ? taken : taken.filter((link) => link.kind === kind);
  }
}
