import { comparison, isMet, type Row } from '../support/figure.js';
import { shortNumber, targetText } from './numbers.js';

const WIDTH = 900;
const LABELS = 420;
const LINE = 34;
const TOP = 44;
/** The target stands here on every bar; twice as far is twice the target. */
const AT_TARGET = (WIDTH - LABELS) / 2;

/** A bar a row, scaled so that all targets lie on one line: a bar is green on the good side of it. */
export function plot(rows: readonly Row[]): string {
  const aimed = rows.filter(({ target }) => target !== null);
  const height = TOP + aimed.length * LINE + 12;
  const line = LABELS + AT_TARGET;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="20" font-size="14" font-weight="600">Ratio or difference to floor or peer, against its target</text>
<text x="${line}" y="36" text-anchor="middle" fill="#555555">target</text>
${aimed.map((row, index) => bar(row, TOP + index * LINE)).join('\n')}
<line x1="${line}" x2="${line}" y1="${TOP - 4}" y2="${height - 8}" stroke="#333333" stroke-dasharray="4 3"/>
</svg>
`;
}

function bar(row: Row, y: number): string {
  const { target } = row;
  const compared = comparison(row);
  const bound = target === null ? 1 : 'atMost' in target ? target.atMost : target.atLeast;
  const width = Math.min(WIDTH - LABELS - 8, Math.max(0, compared / bound) * AT_TARGET);
  const colour = isMet(row) === true ? '#2f9e6e' : '#c9503c';
  return `<text x="12" y="${y + 12}">${escaped(row.what)}</text>
<text x="12" y="${y + 26}" fill="#777777" font-size="10">${escaped(row.floor)}; ${targetText(row)}</text>
<rect x="${LABELS}" y="${y + 4}" width="${width.toFixed(1)}" height="20" fill="${colour}"/>
<text x="${LABELS + 6}" y="${y + 18}" fill="#ffffff" font-weight="600">${shortNumber(compared)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
