/** The running program's own API, spoken to from outside as every client does. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly signal: AbortSignal,
  ) {}

  async call<Body>(
    method: 'GET' | 'POST',
    path: string,
    options: { bearer: string; body?: unknown; idempotencyKey?: string },
  ): Promise<{ status: number; body: Body }> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      signal: this.signal,
      headers: {
        Authorization: `Bearer ${options.bearer}`,
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(options.idempotencyKey === undefined
          ? {}
          : { 'Idempotency-Key': options.idempotencyKey }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    return { status: answer.status, body: (await answer.json().catch(() => null)) as Body };
  }
}
