import type { Stream } from '../../../../src/connectors/kit/stream.js';
import { Providers } from '../../../../src/connectors/providers.js';
import { TakeTurn } from '../../../../src/data-plane/sync/run/take-turn.js';
import type { SyncApp } from './sync-app.js';

/** Counts the pages that the streams of the teapot are asked for at once: in the product, not at the provider. */
export class WatchedPages {
  now = 0;
  most = 0;
  mostOfOne = 0;
  /** Pages still asked for when a turn was over, turn by turn. */
  readonly leftBehind: number[] = [];
  /** Told of a stream whose page failed. */
  failed: (stream: string) => void = () => undefined;
  readonly #restore: (() => void)[] = [];

  constructor(app: SyncApp) {
    for (const stream of app.get(Providers).get('teapot').connector.streams) this.#watch(stream);
    const turn = app.get(TakeTurn);
    const execute = turn.execute.bind(turn);
    turn.execute = (...args) => execute(...args).finally(() => void this.leftBehind.push(this.now));
    this.#restore.push(() => (turn.execute = execute));
  }

  stop(): void {
    for (const restore of this.#restore) restore();
  }

  #watch(stream: Stream): void {
    const { page } = stream;
    let ofOne = 0;
    this.#restore.push(() => (stream.page = page));
    stream.page = async (...args) => {
      ofOne += 1;
      this.now += 1;
      this.most = Math.max(this.most, this.now);
      this.mostOfOne = Math.max(this.mostOfOne, ofOne);
      try {
        return await page.apply(stream, args);
      } catch (error) {
        this.failed(stream.name);
        throw error;
      } finally {
        ofOne -= 1;
        this.now -= 1;
      }
    };
  }
}
