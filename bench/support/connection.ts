import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: Buffer;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * A keep-alive HTTP connection that sends prepared bytes, one request at a time. Costs a third of what
 * node:http costs, so that on few cores the load takes little from what it measures; and it times in
 * microseconds, where autocannon counts whole milliseconds.
 */
export class Connection {
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  #socket: Socket;

  private constructor(
    socket: Socket,
    private readonly reconnect: () => Promise<Socket>,
  ) {
    this.#socket = this.#listenTo(socket);
  }

  /** @param from an address of this machine to come from; limits by address tell them apart */
  static open(port: number, from = '127.0.0.1'): Promise<Connection> {
    const dial = (): Promise<Socket> =>
      new Promise((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: from });
        socket.once('error', reject);
        socket.once('connect', () => resolve(socket));
      });
    return dial().then((socket) => new Connection(socket, dial));
  }

  static openAll(count: number, port: number, from?: string): Promise<Connection[]> {
    return Promise.all(Array.from({ length: count }, () => Connection.open(port, from)));
  }

  async send(request: Buffer): Promise<Answer> {
    // The server closes what was not used for a while; nothing would be heard of what is written there.
    if (this.#socket.destroyed) this.#socket = this.#listenTo(await this.reconnect());
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #listenTo(socket: Socket): Socket {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(END_OF_HEAD);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd).toLowerCase();
    const lengthAt = head.indexOf('content-length: ');
    const length = lengthAt < 0 ? 0 : Number.parseInt(head.slice(lengthAt + 16), 10);
    const end = headEnd + END_OF_HEAD.length + length;
    if (this.#received.length < end) return;
    const body = this.#received.subarray(headEnd + END_OF_HEAD.length, end);
    this.#received = this.#received.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

/** The bytes of a GET request. */
export function getRequest(path: string, headers: Record<string, string>): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${headerLines(headers)}\r\n`);
}

/** The bytes of a POST request with a JSON body. */
export function postRequest(
  path: string,
  content: unknown,
  headers: Record<string, string> = {},
): Buffer {
  const body = JSON.stringify(content);
  const all = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${headerLines(all)}\r\n${body}`);
}

function headerLines(headers: Record<string, string>): string {
  return Object.entries({ host: '127.0.0.1', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
