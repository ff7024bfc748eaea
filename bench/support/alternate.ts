import { progress } from './progress.js';

/** One way of doing it; gives its measure of one round. */
export type Contender = () => Promise<number>;

/**
 * Measures contenders in turns (A B C, C B A, A B C, ...), so that what slows the machine down for a
 * while hits all of them, and no one always comes first.
 *
 * @returns for each contender its measures, in order of rounds
 */
export async function alternate<Name extends string>(
  rounds: number,
  contenders: Record<Name, Contender>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const measures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      measures[name].push(await contenders[name]());
    }
  }
  progress('');
  return measures;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Runs `count` pieces of work, `atOnce` at a time; gives their results in order. */
export async function several<T>(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      if (index % 10 === 0) progress(`${index} of ${count} prepared`);
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  progress('');
  return results;
}
