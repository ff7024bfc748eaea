import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface SmtpSession {
  commands: string[];
  message: string;
}
type Answer = (command: string) => string | null;

const running: { server: Server; sockets: Set<Socket> }[] = [];

/** An SMTP server of twenty lines: remembers what it is told and answers 250 unless `answer` knows better. */
export async function smtpServer(
  answer: Answer = () => null,
): Promise<{ port: number; sessions: SmtpSession[] }> {
  const sessions: SmtpSession[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const session: SmtpSession = { commands: [], message: '' };
    sessions.push(session);
    let inData = false;
    let pending = '';
    socket.on('error', () => socket.destroy());
    socket.write('220 test ESMTP\r\n');
    socket.on('data', (chunk) => {
      pending += chunk.toString('utf8');
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (inData && line === '.') {
          inData = false;
          socket.write('250 queued\r\n');
        } else if (inData) session.message += `${line}\n`;
        else {
          session.commands.push(line);
          const reply =
            answer(line) ??
            (line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : '250 ok');
          inData = line === 'DATA' && reply.startsWith('354');
          socket.write(`${reply}\r\n`);
          if (line === 'QUIT') socket.end();
        }
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  running.push({ server, sockets });
  return { port: (server.address() as AddressInfo).port, sessions };
}

/** All that were started in this file. */
export async function stopSmtpServers(): Promise<void> {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  }
}
