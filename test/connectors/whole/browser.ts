/** A browser as far as connecting needs one: cookies of our pages, redirects one by one. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** @param url followed through redirects; `decide` is added to the provider's consent page */
  async open(
    url: string,
    decide: Record<string, string> = {},
  ): Promise<{ url: string; page: string; status: number }> {
    let next = new URL(url);
    for (let hop = 0; hop < 10; hop += 1) {
      const answer = await this.#fetch(next);
      const to = answer.headers.get('location');
      if (to === null) return { url: next.href, page: await answer.text(), status: answer.status };
      next = new URL(to, next);
      // The way to the consent page carries the state; the way back a code.
      if (next.searchParams.has('redirect_uri')) {
        for (const [name, value] of Object.entries(decide)) next.searchParams.set(name, value);
      }
    }
    throw new Error('Redirected without end.');
  }

  async submit(
    url: string,
    fields: Record<string, string>,
  ): Promise<{ page: string; status: number }> {
    const answer = await this.#fetch(new URL(url), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Origin: new URL(url).origin,
      },
      body: new URLSearchParams(fields).toString(),
    });
    return { page: await answer.text(), status: answer.status };
  }

  async #fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const cookies = [...(this.#cookies.get(url.origin) ?? [])].map(([k, v]) => `${k}=${v}`);
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(init.headers as object),
        ...(cookies.length > 0 ? { Cookie: cookies.join('; ') } : {}),
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      const jar = this.#cookies.get(url.origin) ?? new Map<string, string>();
      this.#cookies.set(url.origin, jar.set(name, value));
    }
    return answer;
  }
}
