import type { Problem } from './problem.js';

/** The 405 for a path that exists under other methods; undefined where it exists under none. */
export function refuseMethod(
  url: string | undefined,
  table: { methodsAt(path: string): string[] },
): Problem | undefined {
  const methods = table.methodsAt(pathOf(url ?? '/'));
  return methods.length === 0 ? undefined : methodNotAllowed(methods);
}

/** The 405 of a target that knows these methods, or none at all. */
export function methodNotAllowed(methods: readonly string[]): Problem {
  return {
    status: 405,
    code: 'method_not_allowed',
    detail:
      methods.length === 0
        ? 'There is nothing here for this method.'
        : `This address knows ${methods.join(', ')}.`,
    headers: { allow: methods.join(', ') },
  };
}

/** As the router has it: without host and query, percent signs read. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURI(path === '' ? '/' : path);
  } catch {
    return path;
  }
}

/** Finds the methods of a concrete path among route templates (`/v1/members/:id`). Only asked for 404s. */
export function createMethodFinder(
  routes: readonly { method: string; path: string }[],
): (path: string) => string[] {
  const known = routes.map(({ method, path }) => ({ method, segments: path.split('/') }));
  return (path) => {
    const segments = path.split('/');
    const methods = known
      .filter((route) => matches(route.segments, segments))
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return [...new Set(methods)].toSorted();
  };
}

function matches(template: readonly string[], segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, at) =>
    part.startsWith(':') ? segments[at] !== '' : part === segments[at],
  );
}
