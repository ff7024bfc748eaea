/** The version that a wrapped text names: `<adapter>:v<version>:<sealed>`. */
export function versionOf(wrapped: string): number {
  const version = /^[a-z]+:v([1-9][0-9]*):[^:]+$/.exec(wrapped)?.[1];
  if (version === undefined) throw new Error('This text does not name its version.');
  return Number(version);
}

/** The same text changed, cut, lengthened and of other versions, of a key whose newest version is 2. */
export function brokenForms(wrapped: string): string[] {
  const at = wrapped.lastIndexOf(':') + 1;
  const [head, body] = [wrapped.slice(0, at), wrapped.slice(at)];
  const forms = ['', 'x', ':', head, body, `${head}${body}${body}`, ` ${wrapped}`, `x${wrapped}`];
  // The last four characters may be padding, or hold bits that say nothing.
  const solid = body.length - 4;
  for (let step = 0; step < 24; step++) {
    const place = Math.floor((solid * step) / 24);
    const other = body[place] === 'A' ? 'B' : 'A';
    forms.push(`${head}${body.slice(0, place)}${other}${body.slice(place + 1)}`);
    forms.push(`${head}${body.slice(0, place)}`);
  }
  for (const version of [
    'v0',
    'v1',
    'v3',
    'v02',
    'v-1',
    'v1e0',
    'v',
    'v99999999999999999999',
    '2',
  ]) {
    forms.push(wrapped.replace(/:v2:/, `:${version}:`));
  }
  return forms;
}
