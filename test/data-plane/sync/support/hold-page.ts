import { type TeapotServer, truly } from './teapot-server.js';

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
    teapot.instead = (call) => {
      if (!first || call.path !== '/pots' || call.query.get('after') !== after) return null;
      first = false;
      resolve();
      return (request, response) => void held.then(() => truly(call)(request, response));
    };
  });
  return { asked, letGo };
}
