import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Mood =
  | { kind: 'passing' }
  /** Passes requests on after this long. */
  | { kind: 'slow'; ms: number }
  /** Takes requests and never answers, as a server does whose audit device is blocked. */
  | { kind: 'hanging' }
  /** Cuts every connection. */
  | { kind: 'refusing' }
  /** Answers itself, everything but the question after its health. */
  | { kind: 'answering'; status: number; body: object };

export interface MoodyProxy {
  address: string;
  mood: Mood;
  /** Paths of the requests so far. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** In front of a real server: makes the trouble that one does not make on demand. */
export async function startMoodyProxy(target: string): Promise<MoodyProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const proxy: { mood: Mood } = { mood: { kind: 'passing' } };

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? '';
    asked.push(path);
    const { mood } = proxy;
    if (mood.kind === 'hanging') return;
    if (mood.kind === 'refusing') return void incoming.socket.destroy();
    if (mood.kind === 'answering' && path !== '/v1/sys/health') {
      incoming.resume();
      outgoing.writeHead(mood.status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(mood.body));
      return;
    }
    if (mood.kind === 'slow') await sleep(mood.ms);
    pass(incoming, outgoing);
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, headers, url } = incoming;
    const onward = forward(new URL(url ?? '/', target), { method, headers, agent: false });
    onward.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.on('connection', (socket: Socket) => {
    if (proxy.mood.kind === 'refusing') return void socket.destroy();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  });
}
