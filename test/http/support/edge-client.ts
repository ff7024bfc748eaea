import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

export interface Answer {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
  json<T = Record<string, unknown>>(): T;
}

export interface Call {
  method?: string;
  /** Sent exactly as it stands, so that no client tidies it up. */
  url: string;
  headers?: Record<string, string>;
  payload?: string | Buffer;
  agent?: RequestOptions['agent'];
}

/** One request over a real socket; by default on a connection of its own. */
export function call(port: number, { url, payload, ...options }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path: url, agent: false, ...options },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          const { statusCode = 0, headers } = incoming;
          resolve({ statusCode, headers, body, json: <T>() => JSON.parse(body) as T });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
