import type { Connector } from '../connector.js';
import { todoFaults } from './todo-faults.js';

export interface ConnectorFolder {
  /** File names to their text. */
  files: ReadonlyMap<string, string>;
}

/** What the README of a connector must tell, as headings. */
const CHAPTERS = [
  '## Register the app',
  '## What it reads',
  '## What a revocation ends',
  '## Unverified',
];

/** Where the fields are listed, and where `description` is a word about a metric. */
const EXEMPT = /^(facts|metrics)\.[jt]s$/;

/** What is wrong with the files of a connector. */
export function folderFaults(
  id: string,
  { facts }: Connector,
  { files }: ConnectorFolder,
): readonly string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    faults.push(`The folder "${id}" must be named in lower case letters, digits and hyphens.`);
  }
  const readme = files.get('README.md');
  faults.push(...todoFaults(files));
  if (readme === undefined) faults.push('There is no README.md.');
  for (const chapter of CHAPTERS) {
    if (readme !== undefined && !readme.includes(chapter)) {
      faults.push(`README.md has no chapter "${chapter}".`);
    }
  }
  for (const [name, text] of files) {
    if (name.endsWith('.md') || EXEMPT.test(name)) continue;
    for (const field of facts.forbiddenFields) {
      if (mentions(text, field)) {
        faults.push(`${name} speaks of "${field}", which is among the fields never to be read.`);
      }
    }
  }
  return faults;
}

/**
 * As a word of its own inside a string, a query or after a dot: `'email'`, `{ id email }`, `row.email`; not
 * as the beginning of an event's name, `'customer.created'`.
 */
function mentions(text: string, field: string): boolean {
  const word = field.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return new RegExp(`(?<![\\w.-])(?:\\w+\\.)?(?<!['"\`](?=${word}\\.))${word}(?![\\w-])`).test(
    code,
  );
}
