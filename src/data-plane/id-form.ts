const ID = /^[a-z]{3}_[a-z0-9]{20}$/;

/**
 * Whether text from a path has the form of an id of ours. Anything else is simply an id that does
 * not exist, and need not trouble the database (which refuses NUL, for one).
 */
export function hasFormOfId(text: string): boolean {
  return ID.test(text);
}
