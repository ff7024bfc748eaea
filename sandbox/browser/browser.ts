export interface Page {
  url: URL;
  status: number;
  text: string;
}

/** A browser as far as connecting needs one: keeps cookies by origin, and follows redirects one by one. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(private readonly signal?: AbortSignal) {}

  /**
   * @param link followed through redirects
   * @param decide added to the query of the provider's consent page, which then answers at once
   */
  async open(link: string, decide: Readonly<Record<string, string>> = {}): Promise<Page> {
    let url = new URL(link);
    for (let hop = 0; hop < 10; hop += 1) {
      const answer = await this.#fetch(url);
      const to = answer.headers.get('location');
      if (to === null) return { url, status: answer.status, text: await answer.text() };
      url = new URL(to, url);
      // The way to the consent page says where to come back to; the way back does not.
      if (!url.searchParams.has('redirect_uri')) continue;
      for (const [name, value] of Object.entries(decide)) url.searchParams.set(name, value);
    }
    throw new Error('Redirected without end.');
  }

  /** Sends a form from a page of the same origin. Redirects are not followed. */
  async submit(to: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const url = new URL(to);
    const answer = await this.#fetch(url, {
      method: 'POST',
      headers: { Origin: url.origin },
      body: new URLSearchParams(fields),
    });
    return { url, status: answer.status, text: await answer.text() };
  }

  async #fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const jar = this.#cookies.get(url.origin) ?? new Map<string, string>();
    this.#cookies.set(url.origin, jar);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('Cookie', [...jar].map((pair) => pair.join('=')).join('; '));
    const answer = await fetch(url, {
      ...init,
      headers,
      redirect: 'manual',
      signal: this.signal ?? null,
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', ...value] = (cookie.split(';')[0] ?? '').split('=');
      jar.set(name, value.join('='));
    }
    return answer;
  }
}
