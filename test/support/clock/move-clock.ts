/** The machine's own, of before it was moved. */
const realDate = globalThis.Date;
const realNow = realDate.now.bind(realDate);

/**
 * From now on it is this instant, and time goes on: for everything in this realm that asks `Date`, the
 * product and the sandbox too. PostgreSQL's clock, timers and `performance.now()` stay as they are, as on a
 * machine whose clock is wrong by that much.
 */
export function moveClock(instant: number): void {
  const offset = instant - realNow();
  const now = (): number => realNow() + offset;
  // In place, so that a test may put another in its stead.
  realDate.now = now;
  globalThis.Date = new Proxy(realDate, {
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
    apply: () => new realDate(now()).toString(),
  });
}
