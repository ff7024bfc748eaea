import { ValidateBy } from 'class-validator';

const FIELDS_MAX = 20;
const LENGTH_MAX = 2_000;

/** An object of a few short texts. Which ones there may be is for the connector to say. */
export const TextFields = () =>
  ValidateBy({
    name: 'textFields',
    validator: {
      validate: areTexts,
      defaultMessage: () => `must be an object of at most ${FIELDS_MAX} texts`,
    },
  });

function areTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const values = Object.values(value);
  return (
    values.length <= FIELDS_MAX &&
    values.every((it) => typeof it === 'string' && it.length <= LENGTH_MAX)
  );
}
