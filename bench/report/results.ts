import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Row } from '../support/figure.js';
import { plot } from './plot.js';
import { markdownTable } from './tables.js';

/** One figure's rows, and on what they were measured. */
export interface Measured {
  figure: string;
  measuredAt: string;
  seconds: number;
  node: string;
  postgres: string;
  cores: number;
  processor: string;
  rows: Row[];
}

/** From dist/bench/report as from nowhere else: results belong beside the sources. */
const FOLDER = fileURLToPath(new URL('../../../bench/results/', import.meta.url));

export function machine() {
  const all = cpus();
  return { node: process.version, cores: all.length, processor: all[0]?.model.trim() ?? '' };
}

/** Writes this run as it is; in `latest` each of its figures takes the place of the one before. */
export async function writeResults(run: Measured[], order: readonly string[]): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const stamp = (run[0] as Measured).measuredAt.slice(0, 16).replace(':', '');
  await writeJson(`${stamp}.json`, run);
  const before = (await readLatest()).filter(({ figure }) =>
    run.every((it) => it.figure !== figure),
  );
  const latest = [...before, ...run].sort(
    (a, b) => order.indexOf(a.figure) - order.indexOf(b.figure),
  );
  await writeJson('latest.json', latest);
  const rows = latest.flatMap((it) => it.rows);
  await writeFile(`${FOLDER}latest.svg`, plot(rows));
  await writeFile(`${FOLDER}README.md`, page(latest, rows));
  return FOLDER;
}

async function readLatest(): Promise<Measured[]> {
  try {
    return JSON.parse(await readFile(`${FOLDER}latest.json`, 'utf8')) as Measured[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeJson(name: string, run: Measured[]): Promise<void> {
  await writeFile(`${FOLDER}${name}`, `${JSON.stringify(run, rounded, 1)}\n`);
}

function page(latest: readonly Measured[], rows: readonly Row[]): string {
  const [{ node, postgres, cores, processor } = latest[0] as Measured] = latest.slice(-1);
  const notes = rows.flatMap(({ what, note }) =>
    note === undefined ? [] : [`- ${what}: ${note}`],
  );
  return `# What was measured

Written by \`npm run bench\`; the last figure on ${latest
    .map((it) => it.measuredAt)
    .toSorted()
    .at(
      -1,
    )}. Node ${node}, PostgreSQL ${postgres} (embedded, fsync on), ${cores} cores (${processor}). Ratios are medians of rounds in which all contenders took turns; differences (with a sign) are those of the worst round. How each figure is taken stands above it in \`bench/figures/\`; all samples are in \`latest.json\`.

${markdownTable(rows)}

${notes.join('\n')}

![Ratios and differences against their targets](latest.svg)
`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
