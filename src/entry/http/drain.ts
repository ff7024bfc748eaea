import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * Knows whether the server is shutting down, and which answer each open connection is waiting for, so
 * that these can still say `Connection: close`.
 */
export class Drain {
  #closing = false;
  readonly #connections = new Map<Socket, ServerResponse>();

  get closing(): boolean {
    return this.#closing;
  }

  /** Told of every request. Remembers one answer a connection, so an aborted request leaves nothing behind. */
  track(socket: Socket, response: ServerResponse): void {
    // Requests of `inject` have no real socket, and nothing to drain.
    if (!(socket instanceof Socket)) return;
    if (!this.#connections.has(socket)) {
      socket.once('close', () => this.#connections.delete(socket));
    }
    this.#connections.set(socket, response);
  }

  /**
   * Whether what came last on this connection has its answer, or a part of it, while it is still being sent
   * or received, or has the last answer there is: a further one would be taken for a part of that, or for
   * an answer to something else.
   */
  isAnswering(socket: Socket): boolean {
    const response = this.#connections.get(socket);
    if (response?.headersSent !== true) return false;
    return !response.writableFinished || !response.req.complete || !response.shouldKeepAlive;
  }

  begin(): void {
    this.#closing = true;
    for (const response of this.#connections.values()) {
      // Node then writes the header and closes the connection after the answer.
      if (!response.headersSent) response.shouldKeepAlive = false;
    }
  }
}
