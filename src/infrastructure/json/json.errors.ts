import { AppError } from '../../kernel/app-error.js';

export type JsonErrorCode =
  /** Not JSON as RFC 8259 has it, or a number no double can hold. */
  | 'json_invalid'
  | 'json_duplicate_key'
  | 'json_too_deep'
  | 'json_too_large'
  /** Not UTF-8, a byte order mark, a NUL character or half a surrogate pair. */
  | 'json_bad_text'
  | 'json_forbidden_key';

const MESSAGES: Record<JsonErrorCode, string> = {
  json_invalid: 'The body is not valid JSON',
  json_duplicate_key: 'The body has the same key twice in one object',
  json_too_deep: 'The body is nested too deeply',
  json_too_large: 'The body is too large',
  json_bad_text: 'The body has text that cannot be read or stored',
  json_forbidden_key: 'The body has a key that is not allowed',
};

/**
 * @property fields `reason` (kebab-case), and where it is known `path` (like a JSON pointer) and
 *   `offset` (UTF-16 units from the start). Never a value of the document.
 */
export class JsonError extends AppError {
  declare readonly code: JsonErrorCode;

  constructor(code: JsonErrorCode, fields: Record<string, unknown>) {
    super(code, MESSAGES[code], { fields });
  }
}
