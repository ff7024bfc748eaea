import { Connection, getRequest, postRequest, type Answer } from './connection.js';

/** Opens one account after the other over one connection. */
export class SignUps {
  #made = 0;

  private constructor(private readonly http: Connection) {}

  static async open(port: number): Promise<SignUps> {
    return new SignUps(await Connection.open(port));
  }

  /** From the first byte of `POST /v1/signup` to the answer of a first `GET /v1/me` with the new key. */
  async one(): Promise<void> {
    this.#made += 1;
    const answer = await this.http.send(signupRequest(this.#made));
    const { apiKey } = expect(201, answer) as { apiKey: string };
    const me = getRequest('/v1/me', { authorization: `Bearer ${apiKey}` });
    expect(200, await this.http.send(me));
  }

  close(): void {
    this.http.close();
  }
}

/** Of somebody new, if the number is. */
export function signupRequest(number: number): Buffer {
  return postRequest('/v1/signup', {
    organization: `Bluebird Coffee ${number}`,
    owner: {
      name: 'Ada Okafor',
      email: `ada-${number}@bluebird.test`,
      password: 'a long walk on the moon',
    },
  });
}

function expect(status: number, answer: Answer): unknown {
  if (answer.status !== status) throw new Error(`${answer.status}: ${String(answer.body)}`);
  return JSON.parse(String(answer.body));
}
