/** Does the work for each number below `count`, a few at once. The first failure ends it. */
export async function inParallel<T>(
  count: number,
  work: (index: number) => Promise<T>,
  atOnce = 12,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return results;
}
