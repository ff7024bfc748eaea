import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { closeGracefully } from '../../src/entry/http/close-gracefully.js';
import { Anyone } from '../../src/tenancy/access.js';
import { createEdge, type Edge } from './support/edge-app.js';

let release: () => void = () => undefined;
let arrived = Promise.resolve();
let destroyedWhileBusy = false;
let busy = 0;

@Controller()
@Anyone()
class SlowController implements OnModuleDestroy {
  @Get('slow')
  async slow(): Promise<{ done: true }> {
    busy += 1;
    await new Promise<void>((resolve) => {
      release = resolve;
      started();
    });
    busy -= 1;
    return { done: true };
  }

  onModuleDestroy(): void {
    destroyedWhileBusy = busy > 0;
  }
}

let started: () => void = () => undefined;
let edge: Edge;
const agents: Agent[] = [];

async function start(): Promise<void> {
  arrived = new Promise((resolve) => {
    started = resolve;
  });
  busy = 0;
  edge = await createEdge([SlowController]);
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await edge.app.close();
});

describe('closing gracefully', () => {
  it('lets requests in flight finish, tells them to hang up, and destroys modules after', async () => {
    await start();
    const answer = edge.call({ url: '/slow', agent: keepAlive() });
    await arrived;
    const closed = closeGracefully(edge.app);
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    const { statusCode, headers } = await answer;
    expect(statusCode).toBe(200);
    expect(headers.connection).toBe('close');
    await closed;
    expect(destroyedWhileBusy).toBe(false);
  });

  it('accepts no connection any more', async () => {
    await start();
    const answer = edge.call({ url: '/slow' });
    await arrived;
    const closed = closeGracefully(edge.app);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(edge.call({ url: '/healthz' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release();
    expect((await answer).statusCode).toBe(200);
    await closed;
  });

  it('refuses a request that comes on an open connection, as a problem with Retry-After', async () => {
    await start();
    const slow = edge.call({ url: '/slow' });
    await arrived;
    const socket = connect(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    // Half a request keeps the connection from counting as idle.
    socket.write('GET /healthz HTTP/1.1\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = closeGracefully(edge.app);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write('Host: numoon\r\n\r\n');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text).toMatch(/connection: close/i);
    expect(text).toMatch(/retry-after: 2/i);
    expect(text).toContain('"code":"shutting_down"');
    release();
    await slow;
    await closed;
  });

  it('cuts what does not finish in time', async () => {
    await start();
    const answer = edge.call({ url: '/slow' });
    const failed = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    await arrived;
    const startedAt = Date.now();
    await closeGracefully(edge.app, { timeoutMs: 200 });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    await failed;
    release();
  });

  it('closes idle connections at once', async () => {
    await start();
    const agent = keepAlive();
    await edge.call({ url: '/healthz', agent });
    const startedAt = Date.now();
    await closeGracefully(edge.app);
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });
});
