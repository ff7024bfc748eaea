import { noteSecret } from '../../../support/canaries/registry.js';
import type { Answer, TestApp } from '../../../support/test-app.js';

/** A browser, as far as connecting needs one: it keeps cookies and goes where it is sent. */
export class Browser {
  cookie: string | undefined;

  constructor(private readonly app: TestApp) {}

  async get(url: string): Promise<Answer> {
    return this.#keep(await this.app.call('GET', this.#pathOf(url), { headers: this.#headers() }));
  }

  /** Sends a form, from a page of ours unless `headers` say otherwise. */
  async post(url: string, form: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#keep(
      await this.app.call('POST', this.#pathOf(url), {
        body: form,
        headers: {
          ...this.#headers(),
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
      }),
    );
  }

  #headers(): Record<string, string> {
    return this.cookie === undefined ? {} : { cookie: this.cookie };
  }

  #pathOf(url: string): string {
    return url.startsWith(this.app.url) ? url.slice(this.app.url.length) : url;
  }

  #keep(answer: Answer): Answer {
    const set = answer.headers.get('set-cookie');
    if (set !== null) {
      this.cookie = set.split(';')[0];
      noteSecret('binding cookie', this.cookie?.split('=')[1] ?? '');
    }
    return answer;
  }
}
