/** `/crm/objects/{type}/search`: whether the path has this form; `{x}` is anything but a slash. */
export function pathMatches(pattern: string, path: string): boolean {
  return compiled(pattern).test(path);
}

const KNOWN = new Map<string, RegExp>();

/** Patterns are facts of connectors: few, and never from outside. */
function compiled(pattern: string): RegExp {
  const known = KNOWN.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .split(/\{[^}]*\}/)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[^/]+');
  const made = new RegExp(`^${source}$`);
  KNOWN.set(pattern, made);
  return made;
}
