import { json, type TeapotServer } from './teapot-server.js';

const nothing = (): void => undefined;

/** Holds back the answer to one page of pots; resolves when it is asked for. */
export function holdPage(
  teapot: TeapotServer,
  after: string,
): { asked: Promise<void>; letGo(): void } {
  let letGo = nothing;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const asked = new Promise<void>((resolve) => {
    let first = true;
    teapot.instead = ({ path, query, account }) => {
      if (!first || path !== '/pots' || query.get('after') !== after) return null;
      first = false;
      resolve();
      const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
      const sold = account.pots.filter(({ at }) => at >= from && at <= to);
      const at = Number(after);
      const next = at + account.pageSize < sold.length ? String(at + account.pageSize) : null;
      const body = { pots: sold.slice(at, at + account.pageSize), next };
      return (_, response) => void held.then(() => json(response, 200, body));
    };
  });
  return { asked, letGo };
}
