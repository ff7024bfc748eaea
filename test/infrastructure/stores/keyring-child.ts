import { writeSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import { rotateMasterKey } from '../../../src/infrastructure/keyring/rotate-master-key.js';
import { openKeyring } from './keyring-stores.js';
import type { Errand, Halt, Place, Worked, Written } from './keyring-processes.js';

/** Reads errands, a line of JSON each, and answers each with one line of what came of it. */

/** Told ahead of each act on the disk that counts here. */
let before: (act: string) => void = () => undefined;

/** Lets `before` see each act that changes the disk, and between making a file and filling it. */
function watchDisk(): void {
  const real = { ...fsPromises };
  for (const name of ['rename', 'link', 'rm', 'rmdir', 'mkdir', 'readFile'] as const) {
    const act = real[name] as (...args: unknown[]) => unknown;
    const watched = (...args: unknown[]): unknown => {
      before(name);
      return act(...args);
    };
    Object.assign(fsPromises, { [name]: watched });
  }
  fsPromises.open = async (path, flags, mode) => {
    if (flags === 'wx') before('create');
    const handle = await real.open(path, flags, mode);
    if (flags === 'wx') before('fill');
    return handle;
  };
  syncBuiltinESMExports();
}

/** Counts changes of the disk, and stops or kills this process before one of them. */
function haltBefore(halt: Halt | undefined): () => number {
  let changes = 0;
  before = (act) => {
    if (act === 'readFile' || ++changes !== halt?.change) return;
    if (halt.signal === 'SIGSTOP') writeSync(1, 'stopped\n');
    process.kill(process.pid, halt.signal);
  };
  return () => changes;
}

async function rotate(place: Place, halt: Halt | undefined): Promise<number> {
  const changes = haltBefore(halt);
  await rotateMasterKey(place);
  return changes();
}

/** One write of each sort, begun with the key that is there now. */
async function write(errand: Errand & { kind: 'write' }): Promise<Written> {
  const { secrets, keys } = await openKeyring(errand.place);
  const { tenantId } = errand;
  const changes = haltBefore(errand.halt);
  await secrets.put({ tenantId, name: 'token' }, { a: 'written' });
  const created = await secrets.create({ tenantId, name: 'created' }, { a: 'written' });
  const { newest } = await keys.rotate(tenantId);
  const text = await keys.wrap(tenantId, Buffer.from('written'));
  return { changes: changes(), created, newest, text };
}

/** Files read by one unwrap. */
async function countReads(place: Place, tenantId: string, text: string): Promise<number> {
  const { keys } = await openKeyring(place);
  let reads = 0;
  before = (act) => {
    if (act === 'readFile') reads++;
  };
  (await keys.unwrap(tenantId, text)).fill(0);
  return reads;
}

/** Workers that wrap, rotate, put and create at once; what they were promised goes into the answer. */
async function work(place: Place, errand: Errand & { kind: 'work' }): Promise<Worked> {
  const { secrets, keys } = await openKeyring(place);
  const done: Worked = { texts: [], values: [], rotations: {}, won: [] };
  const worker = async (n: number): Promise<void> => {
    const own = `w${process.pid}-${n}`;
    for (let round = 0; round < errand.rounds; round++) {
      const tenantId = errand.tenants[(n + round) % errand.tenants.length] as string;
      if ((n + round) % 4 === 0) {
        await keys.rotate(tenantId);
        done.rotations[tenantId] = (done.rotations[tenantId] ?? 0) + 1;
      }
      const plaintext = randomBytes(16);
      const text = await keys.wrap(tenantId, plaintext);
      done.texts.push({ tenantId, text, hex: plaintext.toString('hex') });
      await secrets.put({ tenantId, name: own }, { round: String(round) });
      const race = `race-${round}`;
      if (await secrets.create({ tenantId, name: race }, { by: own })) {
        done.won.push({ tenantId, name: race, by: own });
      }
      const seen = await secrets.get({ tenantId, name: own });
      if (seen?.['round'] !== String(round)) throw new Error(`Lost a put: ${JSON.stringify(seen)}`);
      done.values.push({ tenantId, name: own, round: String(round) });
    }
  };
  await Promise.all(Array.from({ length: errand.workers }, (_, n) => worker(n)));
  return done;
}

async function answer(errand: Errand): Promise<number | Worked | Written> {
  switch (errand.kind) {
    case 'rotate':
      return rotate(errand.place, errand.halt);
    case 'write':
      return write(errand);
    case 'reads':
      return countReads(errand.place, errand.tenantId, errand.text);
    case 'work':
      return work(errand.place, errand);
  }
}

watchDisk();
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Errand))}\n`);
  before = () => undefined;
}
