import type { Setting } from '../../config/setting.js';
import { Secret } from '../../src/kernel/secret.js';

const HEAD = `# Settings

Environment variables; \`config/settings\` is where each is defined, and this page is made from it. An
empty variable counts as unset. A start with faulty or unknown \`NUMOON_\` variables is refused, with all
faults at once.

| Variable | Values | Default | What for |
| --- | --- | --- | --- |
`;

const FOOT = `
\`NUMOON_PROVIDER_*\` is reserved for connectors. Secrets (marked) are never printed, in no log and no
error.
`;

/** docs/settings.md as the settings are now; formatting is prettier's business. */
export function settingsPage(settings: readonly Setting<unknown>[]): string {
  return HEAD + settings.map((setting) => `${rowOf(setting)}\n`).join('') + FOOT;
}

function rowOf(setting: Setting<unknown>): string {
  const cells = [`\`${setting.name}\``, valuesOf(setting), defaultOf(setting), setting.reason];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Asked of the reader itself, by what it answers to text that only a free-form one takes. */
function valuesOf({ read }: Setting<unknown>): string {
  const refusal = refusalOf(read, '!');
  if (refusal === null) {
    const value = read('!');
    if (Array.isArray(value)) return 'a list with commas';
    return value instanceof Secret ? 'text (secret)' : 'text';
  }
  if (refusal.startsWith('must be a whole number')) {
    const outside = /must be from (\d+) to (\d+)/.exec(refusalOf(read, '-1') ?? '');
    return outside === null ? 'a whole number' : `${outside[1]} to ${outside[2]}`;
  }
  const choices = /^must be one of (.*), not "!"$/.exec(refusal)?.[1];
  if (choices !== undefined)
    return choices
      .split(', ')
      .map((choice) => `\`${choice}\``)
      .join(', ');
  const words = refusal.replace(/^must be /, '').replace(/, not "!"$/, '');
  return words.startsWith('an address that starts') ? `${words} (secret)` : words;
}

function refusalOf(read: Setting<unknown>['read'], text: string): string | null {
  try {
    read(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function defaultOf({ fallback }: Setting<unknown>): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return 'unset';
  return `\`${String(fallback)}\``;
}
