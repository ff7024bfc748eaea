import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Sent {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | undefined;
  /** Ends the call from this side. */
  signal: AbortSignal | undefined;
}

export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends one request and gives the whole answer. */
export type Send = (request: Sent) => Promise<Received>;

const PATIENCE_MS = 60_000;

/** Over connections that are kept: an answer of one request must not become that of the next. */
export function createSender(): { send: Send; close(): void } {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 32 }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 32 }),
  };
  const send: Send = ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const agent = isSecure ? agents['https:'] : agents['http:'];
      const options = { method, headers, agent, timeout: PATIENCE_MS, signal };
      const sending = (isSecure ? httpsRequest : httpRequest)(url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      sending.on('timeout', () => sending.destroy(new Error('No answer came.')));
      sending.on('error', reject);
      sending.end(body);
    });
  return { send, close: () => Object.values(agents).forEach((agent) => agent.destroy()) };
}
