import { once } from 'node:events';
import { connect } from 'node:net';

/** What the server answers to these bytes, up to the end of the connection. */
export async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  // The server may hang up while we still write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

export interface RawProblem {
  head: string;
  status: number;
  code: string;
  allow: string | undefined;
}

/** The problem document in an answer of `raw`. */
export function problemIn(text: string): RawProblem {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  const allow = /^allow: *(.*)$/im.exec(head)?.[1];
  return { head, status, allow, ...(JSON.parse(body) as { code: string }) };
}
