import type { Problem } from './problem.js';

/** The 405 for a path that exists under other methods; undefined where it exists under none. */
export function refuseMethod(
  url: string | undefined,
  table: { methodsAt(path: string): string[] },
): Problem | undefined {
  const path = (url ?? '/').split('?', 1)[0] ?? '/';
  const methods = table.methodsAt(path);
  if (methods.length === 0) return undefined;
  return {
    status: 405,
    code: 'method_not_allowed',
    detail: `This address knows ${methods.join(', ')}.`,
    headers: { allow: methods.join(', ') },
  };
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
