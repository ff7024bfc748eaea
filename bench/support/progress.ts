/** Says on the terminal how far a figure is: a line that the next one replaces; nothing in a log. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text === '' ? '' : `  ${text}`}`);
}
