/**
 * The same value, which tells each field that is read of it: `data[].amount`. A value that is only handed
 * on tells nothing.
 */
export function watchReads<T>(value: T, note: (place: string) => void): T {
  const watched = new WeakMap<object, object>();

  function watch(inner: unknown, place: string): unknown {
    if (typeof inner !== 'object' || inner === null) return inner;
    const known = watched.get(inner);
    if (known !== undefined) return known;
    const isList = Array.isArray(inner);
    const proxy = new Proxy(inner, {
      get(target, name, receiver): unknown {
        const found: unknown = Reflect.get(target, name, receiver);
        if (typeof name !== 'string' || !Object.hasOwn(target, name)) return found;
        if (isList) return name === 'length' ? found : watch(found, `${place}[]`);
        const field = place === '' ? name : `${place}.${name}`;
        note(field);
        return watch(found, field);
      },
    });
    watched.set(inner, proxy);
    return proxy;
  }

  return watch(value, '') as T;
}
