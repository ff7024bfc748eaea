import { fitsParam } from '../../../connectors/kit/calls/fill-params.js';
import type { KeyFacts, ProviderFacts } from '../../../connectors/kit/facts.js';
import { ConnectionInputError } from '../integrations.errors.js';

type Values = Readonly<Record<string, string>>;

interface Field {
  name: string;
  pattern: string;
  hint: string;
}

const LENGTH_MAX = 500;

/** The params, all there and each of its form. @throws ConnectionInputError */
export function checkParams(facts: ProviderFacts, given: Values): Values {
  const fields = facts.params.map(({ name, pattern, example }) => {
    return { name, pattern, hint: `must look like ${example}` };
  });
  return checkFields('params', fields, given);
}

/** The parts of a key. @throws ConnectionInputError */
export function checkCredentials(auth: KeyFacts, given: Values): Values {
  const fields = auth.fields.map(({ name, title, pattern }) => {
    return { name, pattern, hint: `must be the ${title} in its whole length` };
  });
  return checkFields('credentials', fields, given);
}

/** Nothing of this name is taken here. @throws ConnectionInputError */
export function refuseField(path: string, given: Values | undefined, why: string): void {
  if (given === undefined || Object.keys(given).length === 0) return;
  throw new ConnectionInputError([{ path, code: 'unknown_field', message: why }]);
}

function checkFields(parent: string, fields: readonly Field[], given: Values): Values {
  const unknown = Object.keys(given).filter((name) => !fields.some((field) => field.name === name));
  const wrong = fields.filter((field) => !fits(field, given));
  const errors = [
    // What the caller calls it is not repeated: it may be the value in the wrong place.
    ...(unknown.length === 0
      ? []
      : [
          {
            path: parent,
            code: 'unknown_field',
            message: `must have no other fields than ${fields.map(({ name }) => name).join(', ') || 'none'}`,
          },
        ]),
    ...wrong.map(({ name, hint }) => {
      return { path: `${parent}.${name}`, code: 'wrong_form', message: hint };
    }),
  ];
  if (errors.length > 0) throw new ConnectionInputError(errors);
  return Object.fromEntries(fields.map(({ name }) => [name, given[name] ?? '']));
}

function fits(field: Field, given: Values): boolean {
  const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
  if (typeof value !== 'string' || value.length > LENGTH_MAX) return false;
  return fitsParam({ ...field, title: '', example: '' }, value);
}
