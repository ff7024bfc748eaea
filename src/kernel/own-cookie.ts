/** What a cookie of ours is by itself; how it is named and marked depends on the installation's address. */
export interface CookieFacts {
  name: string;
  /** `Lax` where it has to come along when another site sends the browser here. */
  sameSite: 'Strict' | 'Lax';
}

/**
 * One of our cookies, as this installation sets and reads it. Over TLS it is `Secure` and its name says
 * `__Host-`: for this very host, all of it, and set by nobody who only reaches it over plain http. Under
 * a plain http address, which is one's own machine, not every browser takes that; there it has the bare name.
 * Each installation knows one of the two names and no other: where there is TLS, a bare name proves nothing.
 */
export class OwnCookie {
  readonly name: string;
  readonly #attributes: string;

  /** @param publicUrl our address as people see it; null where it is that of the socket, which is plain http */
  constructor({ name, sameSite }: CookieFacts, publicUrl: string | null) {
    const overTls = publicUrl?.startsWith('https:') === true;
    this.name = overTls ? `__Host-${name}` : name;
    this.#attributes = `Path=/; HttpOnly;${overTls ? ' Secure;' : ''} SameSite=${sameSite}`;
  }

  /** The value of a Set-Cookie header. */
  set(value: string, lifetime: { expiresAt: Date } | { maxAgeS: number }): string {
    const end =
      'maxAgeS' in lifetime
        ? `Max-Age=${lifetime.maxAgeS}`
        : `Expires=${lifetime.expiresAt.toUTCString()}`;
    return `${this.name}=${value}; ${this.#attributes}; ${end}`;
  }

  /** The value of the Set-Cookie header that makes the browser forget it. */
  clear(): string {
    return this.set('', { maxAgeS: 0 });
  }

  /** Its value in a Cookie header, possibly empty; null where it is not there. Of two with the name, the first counts. */
  read(header: string | undefined): string | null {
    for (const pair of (header ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== this.name) continue;
      return pair.slice(at + 1).trim();
    }
    return null;
  }
}
