import { Stock } from '../../src/control-plane/provisioning/stock.js';
import { alternate, timed } from '../support/alternate.js';
import { Child } from '../support/child.js';
import type { Figure, Row } from '../support/figure.js';
import { prepare, twoInstallations } from '../support/installations.js';
import { NO_LIMITS, type Installation } from '../support/settings.js';
import { SignUps } from '../support/sign-ups.js';
import { median, ratios } from '../support/stats.js';

const WARM_UP = 4;
const FROM_STOCK = 40;
const INLINE = 24;

/**
 * What keys cost a signup (from the first byte of `POST /v1/signup` to the answer of a first
 * `GET /v1/me`): the product on its keyring against itself with a key store that does nothing and data
 * keys that encrypt nothing, which is the signup of before there were keys. Each over an installation
 * of its own on the same server.
 *
 * Once from stock, whose keys were made ahead by another process, and once with the stock empty, where
 * the signup makes the key too.
 */
export const signupKeys: Figure = {
  name: 'signup-keys',
  async measure(postgres) {
    const both = await twoInstallations(postgres, 'without keys', NO_LIMITS);
    const stocked = { stockDatabases: WARM_UP + FROM_STOCK, stockSchemas: 0 };
    for (const installation of [both.ours, both.floor]) {
      await prepare(
        postgres,
        installation,
        ({ foundation, get }) => foundation.tenancy.central(() => get(Stock).refill()),
        stocked,
      );
    }
    const ours = await serve(both.ours);
    const floor = await serve(both.floor);
    const compare = (rounds: number) =>
      alternate(rounds, {
        ours: () => timed(() => ours.signUps.one()),
        floor: () => timed(() => floor.signUps.one()),
      });
    // Code that has not run yet is no part of a median.
    await compare(WARM_UP);
    const fromStock = await compare(FROM_STOCK);
    const inline = await compare(INLINE);
    for (const server of [ours, floor]) await server.stop();
    return [
      row('signup with its key made ahead (stock), p50', fromStock),
      row('signup that makes its key too (no stock), p50', inline),
    ];
  },
};

async function serve(installation: Installation) {
  const child = Child.start('programs/product-keys');
  const signUps = await SignUps.open(await child.call<number>('start', installation));
  return {
    signUps,
    /** @throws Error when places came from elsewhere than this figure says */
    stop: async (): Promise<void> => {
      const { stock, inline } = await child.call<Record<string, number>>('openings');
      signUps.close();
      await child.stop();
      if (stock !== WARM_UP + FROM_STOCK || inline !== INLINE) {
        throw new Error(`${stock} accounts were opened from stock and ${inline} without.`);
      }
    },
  };
}

function row(what: string, measured: { ours: number[]; floor: number[] }): Row {
  return {
    what,
    unit: 'ms',
    ours: median(measured.ours),
    floor: 'the same signup without keys and encryption',
    theirs: median(measured.floor),
    ratio: median(ratios(measured.ours, measured.floor)),
    target: { atMost: 1.3 },
    samples: measured,
  };
}
