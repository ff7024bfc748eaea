/** A word of an API's own vocabulary: `charges`, `graphql.json`, `crm`. */
const WORD = /^[A-Za-z][A-Za-z_-]{0,39}(?:\.(?:json|xml|php))?$/;

/** `v1`, `v3beta1`, `2026-07`, `v68.0`. */
const VERSION = /^(?:v\d{1,3}(?:\.\d{1,3})?(?:(?:alpha|beta)\d{0,2})?|\d{4}-\d{2})$/;

/** Google writes `properties/123:runReport`. */
const WITH_ACT = /^(.+)(:[A-Za-z]{1,40})$/;

/** A path as errors and logs may show it: whatever may be somebody's becomes `{id}`. */
export function pathTemplate(pathname: string): string {
  return pathname.split('/').map(segmentTemplate).join('/');
}

function segmentTemplate(segment: string): string {
  if (segment === '' || WORD.test(segment) || VERSION.test(segment)) return segment;
  const [, what, act] = WITH_ACT.exec(segment) ?? [];
  if (what === undefined || act === undefined) return '{id}';
  return `${segmentTemplate(what)}${act}`;
}
