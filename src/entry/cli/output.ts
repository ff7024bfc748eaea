import Table from 'cli-table3';

/** Results go to standard output; all that is said on the way goes to standard error. */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function writeErrorLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function writeJson(document: unknown): void {
  writeLine(JSON.stringify(document, null, 2));
}

/** Without colours, so that it reads the same in a file. */
export function writeTable(head: string[], rows: string[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  writeLine(table.toString());
}

/** One thing, a line for each of its properties. */
export function writeProperties(properties: Record<string, string>): void {
  const width = Math.max(...Object.keys(properties).map((name) => name.length));
  for (const [name, value] of Object.entries(properties)) {
    writeLine(`${name.padEnd(width)}  ${value}`);
  }
}
