/** A failure that is told in words, without a stack. */
export class Failure extends Error {}

/** Runs `main`; a Failure becomes its message on stderr and exit code 1. */
export async function orFail(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
