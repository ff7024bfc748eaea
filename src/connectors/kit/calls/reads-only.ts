/** Block strings, strings and comments of GraphQL: nothing in them is an operation. */
const NOT_CODE = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g;

/** An operation that is no query. Words inside braces are fields, which may have such names. */
const OTHER_OPERATION = /\b(?:mutation|subscription)\b/;

/**
 * Whether a POST's body asks only to read. Matters for GraphQL, where one path does both: a document
 * with any other operation than a query does not pass.
 */
export function readsOnly(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('query' in body)) return true;
  const { query } = body;
  return typeof query !== 'string' || !OTHER_OPERATION.test(outsideBraces(query));
}

function outsideBraces(document: string): string {
  let depth = 0;
  let outside = '';
  for (const letter of document.replace(NOT_CODE, ' ')) {
    if (letter === '}') depth -= 1;
    // Braces that do not fit together hide nothing.
    if (depth <= 0) outside += letter;
    if (letter === '{') depth += 1;
  }
  return outside;
}
