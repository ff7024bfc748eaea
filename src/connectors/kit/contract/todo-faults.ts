/** What the template left to do, each with its place and its words. */
export function todoFaults(files: ReadonlyMap<string, string>): readonly string[] {
  const faults: string[] = [];
  for (const [name, text] of files) {
    for (const [index, line] of text.split('\n').entries()) {
      if (!/\bTODO\b/.test(line)) continue;
      const says = line.replace(/^[\s#/*]+|[\s*/]+$/g, '');
      faults.push(`${name}, line ${index + 1}, is still to do: ${says}`);
    }
  }
  return faults;
}
