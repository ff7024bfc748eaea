/**
 * Waits no longer than to the deadline (on the clock of `performance.now()`), then throws what `late`
 * makes. The work goes on: a login that comes late still serves the callers after this one.
 */
export async function within<T>(
  work: Promise<T>,
  deadline: number,
  late: () => Promise<Error>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline - performance.now()), null);
  });
  try {
    const first = await Promise.race([work.then((value) => ({ value })), over]);
    if (first === null) throw await late();
    return first.value;
  } finally {
    clearTimeout(timer);
  }
}
