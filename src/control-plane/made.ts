import type { Provider } from '@nestjs/common';

type Class<T> = abstract new (...args: never[]) => T;

/** One provider made from others: the constructors here take plain values, so that tests need no Nest. */
export function made<T, Needs extends readonly Class<unknown>[]>(
  provide: Class<T>,
  inject: [...Needs],
  useFactory: (
    ...needs: { [Index in keyof Needs]: Needs[Index] extends Class<infer Value> ? Value : never }
  ) => T,
): Provider {
  return { provide, inject: inject as unknown as never[], useFactory: useFactory as never };
}
