/** Settings as lines of text, so that one kind of diff shows everything. */
export function settingsText(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n');
}

/** What is there now of the settings that we care for; others are the operator's. */
export function sameNames(
  wanted: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(wanted)
      .filter((name) => found[name] !== undefined)
      .map((name) => [name, found[name]]),
  );
}
