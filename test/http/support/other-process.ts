import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ChildTask } from './process-child.js';

/** Another process of the same NuMoon, which a test may stop in its tracks. */
export class OtherProcess {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly answers: AsyncIterator<string>,
    readonly url: string,
  ) {}

  static async start(task: ChildTask): Promise<OtherProcess> {
    const register = fileURLToPath(
      new URL('../../support/register-typescript.mjs', import.meta.url),
    );
    const program = fileURLToPath(new URL('process-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', register, program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    child.stdin.write(`${JSON.stringify(task)}\n`);
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { value, done } = await answers.next();
    if (done === true) throw new Error('The other process ended before it listened.');
    return new OtherProcess(child, answers, String(value));
  }

  /** Of how many tenants it holds keys. */
  async keysHeld(): Promise<number> {
    this.child.stdin.write('keys\n');
    return Number((await this.answers.next()).value);
  }

  /** It does nothing at all until `goOn`: a machine that swaps, a debugger, a paused container. */
  standStill(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.goOn();
    this.child.stdin.write('stop\n');
    await exited;
  }
}
