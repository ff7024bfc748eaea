import { FIGURES } from './figures/index.js';
import { machine, writeResults, type Measured } from './report/results.js';
import { terminalTable } from './report/tables.js';
import { startBenchPostgres } from './support/bench-postgres.js';
import type { Figure } from './support/figure.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** `npm run bench [-- name ...]`: the figures named, or all, each on a fresh server. */
async function main(names: readonly string[]): Promise<void> {
  const known = FIGURES.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no figure ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  const chosen = FIGURES.filter(({ name }) => names.length === 0 || names.includes(name));
  const run: Measured[] = [];
  for (const figure of chosen) {
    const measured = await measure(figure);
    run.push(measured);
    process.stdout.write(`${terminalTable(measured.rows)}\n`);
    for (const { note } of measured.rows) if (note !== undefined) say(`  ${note}`);
  }
  if (run.length > 1) say(terminalTable(run.flatMap(({ rows }) => rows)));
  say(`Results are in ${await writeResults(run, known)}`);
}

async function measure(figure: Figure): Promise<Measured> {
  const startedAt = new Date();
  say(`Measuring ${figure.name}`);
  const postgres = await startBenchPostgres();
  const abort = () => void postgres.stop().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, abort);
  try {
    const rows = await figure.measure(postgres);
    const seconds = (Date.now() - startedAt.getTime()) / 1_000;
    say(`Measured ${figure.name} in ${seconds.toFixed(0)} s`);
    return {
      figure: figure.name,
      measuredAt: startedAt.toISOString(),
      seconds,
      postgres: postgres.version,
      ...machine(),
      rows,
    };
  } finally {
    for (const signal of SIGNALS) process.off(signal, abort);
    await postgres.stop();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
}
