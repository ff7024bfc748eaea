import { refuse } from './errors.js';

/** Paths that a list or an object can expand, each with the permission it needs. */
export type Expandable = Readonly<Record<string, string | null>>;

/**
 * The paths to expand, without the leading `data.` of lists.
 *
 * @param allowed permission by path; a path that is always expanded may be named as well
 */
export function readExpand(
  asked: readonly string[],
  isList: boolean,
  allowed: Expandable,
  permissions: readonly string[],
): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const text of asked) {
    if (text.split('.').length > 4) {
      refuse(400, {
        code: 'property_expansion_max_depth',
        message: `You cannot expand more than 4 levels of a property (${text}).`,
        param: 'expand',
      });
    }
    const path = isList ? text.replace(/^data\./, '') : text;
    if ((isList && !text.startsWith('data.')) || !Object.hasOwn(allowed, path)) {
      refuse(400, { message: `This property cannot be expanded (${text}).`, param: 'expand' });
    }
    const permission = allowed[path] ?? null;
    if (permission !== null && !permissions.includes(permission)) {
      refuse(403, {
        code: 'more_permissions_required_for_application',
        message: `The provided key does not have the required permissions to expand ${text}. Having the '${permission}' permission would allow this request to continue.`,
      });
    }
    paths.add(path);
  }
  return paths;
}
