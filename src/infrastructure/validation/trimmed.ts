import { Transform } from 'class-transformer';

/** Removes surrounding blanks before the other rules look. What is not a string stays as it is. */
export const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
