import { Connection } from './connection.js';
import { allServed, pace } from './load.js';
import { quantile } from './stats.js';

const CONNECTIONS = 8;
const SLICE_MS = 500;

/** Sends the same request at a fixed rate for as long as something else takes. */
export class PacedReader {
  private constructor(
    private readonly connections: readonly Connection[],
    private readonly request: Buffer,
    private readonly perSecond: number,
  ) {}

  static async open(port: number, request: Buffer, perSecond: number): Promise<PacedReader> {
    return new PacedReader(await Connection.openAll(CONNECTIONS, port), request, perSecond);
  }

  /**
   * The p99 of what was asked meanwhile, in milliseconds. A slice of time in which `work` ended is not
   * wholly of it and is left out.
   *
   * @throws Error when `work` ends before one slice does
   */
  async p99During(work: Promise<unknown>): Promise<number> {
    const over = work.then(
      () => true,
      () => true,
    );
    const latencies: number[] = [];
    for (;;) {
      const load = allServed(
        await pace(this.connections, () => this.request, this.perSecond, SLICE_MS),
      );
      // Both promises may be settled already; then the first of them wins.
      if (await Promise.race([over, Promise.resolve(false)])) break;
      latencies.push(...load.latencies);
    }
    if (latencies.length === 0) throw new Error('It was over before anything could be measured.');
    return quantile(latencies, 0.99);
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
