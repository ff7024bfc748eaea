import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import type { AddressInfo, Server as RawServer, Socket } from 'node:net';

/** A server on loopback that counts its connections and keeps what it was asked. */
export interface LoopbackServer {
  origin: string;
  port: number;
  readonly connections: number;
  /** Of them, those that are not closed. */
  readonly open: number;
  readonly requests: readonly {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
  }[];
  close(): Promise<void>;
}

export async function startLoopback(listener: RequestListener): Promise<LoopbackServer> {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    requests.push({
      method: String(request.method),
      url: String(request.url),
      headers: request.headers,
    });
    listener(request, response);
  });
  return listening(server, requests, () => server.closeAllConnections());
}

/** Speaks no HTTP of its own: for answers that no HTTP library would send. */
export async function startRaw(listener: (socket: Socket) => void): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    listener(socket);
  });
  return listening(server, [], () => {
    for (const socket of sockets) socket.destroy();
  });
}

async function listening(
  server: Server | RawServer,
  requests: LoopbackServer['requests'],
  cut: () => void,
): Promise<LoopbackServer> {
  let connections = 0;
  let open = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    get open() {
      return open;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
