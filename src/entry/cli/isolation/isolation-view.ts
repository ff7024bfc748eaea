import { writeLine } from '../output.js';
import type { IsolationReport } from './check-isolation.js';

/** The verdict first, then what it rests on. */
export function writeIsolation(report: IsolationReport): void {
  const { crossings, requests, seconds, tenants } = report;
  writeLine(
    `${crossings} crossings in ${requests} requests and ${sum(report.tried)} tries, ${seconds} s.`,
  );
  for (const { act, by, of, what } of report.found) {
    writeLine(`  ${by} came upon ${of}: ${what} (${act})`);
  }
  section('Tried', report.tried);
  section('Answered', report.answers);
  writeLine(`Tenants made: ${tenants.made}, closed and purged again: ${tenants.purged}`);
}

function section(title: string, counts: Readonly<Record<string, number>>): void {
  writeLine(`${title}:`);
  for (const [name, count] of Object.entries(counts)) writeLine(`  ${count} ${name}`);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
