import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Sink } from './leaks.js';

/** Names the first process of a test run. */
export const RUN_PID = 'NUMOON_TEST_RUN_PID';

/** These are handed over in the environment, as the documentation says. */
const IN_ENVIRONMENT = ['admin token', 'database password'];

/**
 * What the process list shows of this run's processes, the database server's sessions among them, and
 * the environment of our own children. Nothing on systems without /proc.
 */
export async function readProcesses(): Promise<Sink[]> {
  if (!existsSync('/proc/self/stat')) return [];
  const parents = await readParents();
  const first = Number(process.env[RUN_PID] ?? process.pid);
  const ofRun = (pid: number): boolean => pid === first || isBelow(pid, first, parents);
  const sinks = [...parents.keys()].filter(ofRun).map(async (pid): Promise<Sink[]> => {
    const commandLine = { name: `the process list (${pid})`, content: await read(pid, 'cmdline') };
    if (!isBelow(pid, process.pid, parents)) return [commandLine];
    const environment = {
      name: `the environment of a child (${pid})`,
      content: await read(pid, 'environ'),
      except: IN_ENVIRONMENT,
    };
    return [commandLine, environment];
  });
  return (await Promise.all(sinks)).flat();
}

async function readParents(): Promise<Map<number, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const pid of pids) {
    // "pid (name) state parent ...": the name may hold anything, also a bracket.
    const stat = (await read(pid, 'stat')).toString('latin1');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (!Number.isNaN(parent)) parents.set(pid, parent);
  }
  return parents;
}

function isBelow(pid: number, ancestor: number, parents: Map<number, number>): boolean {
  for (let at = parents.get(pid); at !== undefined; at = parents.get(at)) {
    if (at === ancestor) return true;
  }
  return false;
}

/** Empty for a process that ended meanwhile, or is somebody else's. */
async function read(pid: number, file: string): Promise<Buffer> {
  return readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0));
}
