export interface GraphqlError {
  message: string;
  locations?: { line: number; column: number }[];
  path?: readonly (string | number)[];
  extensions?: Readonly<Record<string, unknown>>;
}

/** Ends the whole call with these errors. */
export class GraphqlRefusal extends Error {
  constructor(readonly errors: readonly GraphqlError[]) {
    super(errors[0]?.message ?? 'refused');
  }
}

export function accessDenied(
  field: string,
  scope: string,
  path: readonly (string | number)[],
): GraphqlError {
  const requiredAccess = `\`${scope}\` access scope.`;
  return {
    message: `Access denied for ${field} field. Required access: ${requiredAccess}`,
    locations: [{ line: 2, column: 3 }],
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess,
    },
    path,
  };
}
