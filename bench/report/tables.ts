import Table from 'cli-table3';
import type { Row } from '../support/figure.js';
import { comparisonText, shortNumber, targetText, verdict } from './numbers.js';

const HEAD = [
  'Figure',
  'Ours',
  'Floor or peer',
  'Its measure',
  'Ratio or difference',
  'Target',
  'Met',
];

function cells(row: Row): string[] {
  return [
    row.what,
    `${shortNumber(row.ours)} ${row.unit}`,
    row.floor,
    `${shortNumber(row.theirs)} ${row.unit}`,
    comparisonText(row),
    targetText(row),
    verdict(row),
  ];
}

/** For the terminal. */
export function terminalTable(rows: readonly Row[]): string {
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [] },
    colWidths: [32, 18, 28, 18, 12, 14, 6],
    wordWrap: true,
  });
  table.push(...rows.map(cells));
  return table.toString();
}

/** For a README. */
export function markdownTable(rows: readonly Row[]): string {
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cells(row)))].join(
    '\n',
  );
}

function line(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}
