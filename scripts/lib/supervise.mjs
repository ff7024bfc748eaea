import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './fail.mjs';
import { inProject } from './project.mjs';

/** How often and how soon a program that died is started again. */
const HABITS = {
  /** Before the first of these starts; twice as long before each that follows. */
  firstWaitMs: 1_000,
  longestWaitMs: 30_000,
  /** Who was ready for that long ran well: the next death counts as the first. */
  wellAfterMs: 60_000,
  /** So many deaths in a row without one good run, and it is given up. */
  deaths: 5,
  /** Between the second signal and the end of a program that does not listen. */
  patienceMs: 2_000,
};

/** Codes that no refusal has: an error that nobody caught, and Node's own of that kind. */
const CRASHES = new Set([70, 5, 6, 7]);

/** Stopped in order, or ended at once because somebody insisted. */
const REQUESTED = new Set([0, 128 + constants.signals.SIGINT, 128 + constants.signals.SIGTERM]);

/**
 * Runs the compiled program in a child process, and starts it again when it dies of an error. Ends as the
 * program ends: a stop that somebody asked for, or a start that was refused, is final.
 *
 * The child is in a process group of its own, so Ctrl-C in a terminal comes here and goes on from here,
 * once. Over the channel between the two the child also notices when this process is killed.
 */
export async function superviseProgram(file, args, habits = {}) {
  const { firstWaitMs, longestWaitMs, wellAfterMs, deaths, patienceMs } = { ...HABITS, ...habits };
  const path = inProject('dist', file);
  if (!existsSync(path)) throw new Failure(`${path} is not there: the build has no such program.`);
  // Without a reader (`npm start | head`) there is nobody to tell, and nothing to die of.
  process.stderr.on('error', () => undefined);
  const stopping = new AbortController();
  let child;
  let times = 0;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      times += 1;
      stopping.abort();
      child?.send({ numoon: 'stop', signal, times }, () => undefined);
      if (times === 2) setTimeout(() => child?.kill('SIGKILL'), patienceMs).unref();
    });
  }

  whenLeftByNpm(() => process.emit('SIGTERM', 'SIGTERM'));

  let quickDeaths = 0;
  let hasServed = false;
  for (;;) {
    const life = await live(path, args, (started) => {
      child = started;
    });
    child = undefined;
    hasServed ||= life.servedMs !== undefined;
    const code = codeOf(life);
    const isCrash = life.signal === null ? CRASHES.has(code) : !REQUESTED.has(code);
    // A start that is refused after the program had served: what refuses it (a server away) may pass.
    const isPassing = hasServed && !REQUESTED.has(code);
    if (stopping.signal.aborted || !(isCrash || isPassing)) process.exit(code);
    quickDeaths = life.servedMs >= wellAfterMs ? 1 : quickDeaths + 1;
    if (quickDeaths >= deaths) {
      say(`NuMoon ended ${quickDeaths} times in a row (${told(life)}) and never ran well.`);
      say('It is not started again. The lines above, and its log, say what it ended of.');
      process.exit(code);
    }
    const waitMs = Math.min(firstWaitMs * 2 ** (quickDeaths - 1), longestWaitMs);
    say(`NuMoon ended unexpectedly (${told(life)}). It is started again in ${waitMs / 1_000} s.`);
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) process.exit(code);
  }
}

const LOOK_MS = 500;

/**
 * npm passes a signal to the shell that it runs scripts in, which ends and passes nothing on: a service manager
 * that stops `npm start` would leave the program running. That shell is our parent, so its end is what is
 * seen of the signal. Without npm in between signals come here, and a parent that ends (a terminal that is
 * closed) means nothing.
 */
function whenLeftByNpm(stop) {
  if (process.env.npm_lifecycle_event !== 'start' || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, LOOK_MS);
  watch.unref();
}

/** One run of the program, from its start to its end. */
function live(path, args, started) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, '--enable-source-maps', path, ...args],
      {
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        // On Windows this would open a window, and there are no groups that Ctrl-C goes to.
        detached: process.platform !== 'win32',
      },
    );
    let readyAt;
    const end = (code, signal) =>
      resolve({
        code,
        signal,
        servedMs: readyAt === undefined ? undefined : performance.now() - readyAt,
      });
    child.on('message', (message) => {
      if (message?.numoon === 'ready') readyAt = performance.now();
    });
    child.on('error', (error) => {
      // Also told of a signal that could not be sent; a child that runs goes on then.
      if (child.pid !== undefined) return;
      say(`The program could not be started: ${error.message}`);
      end(1, null);
    });
    child.once('exit', end);
    started(child);
  });
}

function codeOf({ code, signal }) {
  return signal === null ? code : 128 + constants.signals[signal];
}

function told({ code, signal }) {
  return signal === null ? `code ${code}` : `signal ${signal}`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
