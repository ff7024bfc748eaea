import { Agent, request } from 'node:http';

/** Asks over one kept connection and takes long answers as they come. */
export class WholeAnswers {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly port: number,
    private readonly apiKey: string,
  ) {}

  /** @throws Error when the answer is not 200 */
  get(path: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: this.port,
        path,
        agent: this.#agent,
        headers: { authorization: `Bearer ${this.apiKey}` },
      });
      asked.once('error', reject);
      asked.once('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const body = Buffer.concat(chunks);
          if (answer.statusCode === 200) resolve(body);
          else reject(new Error(`${path} answered ${answer.statusCode}: ${body.toString()}`));
        });
      });
      asked.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
