import { subscribe } from 'node:diagnostics_channel';

/**
 * `node --import ./test/support/planted-errors.mjs ...`: errors that nobody catches, on demand. The parent
 * sends which one, and the path of the request at whose arrival it is to happen (at once without one).
 */
const ERRORS = {
  exception: () => {
    throw new Error('planted: postgres://someone:planted-password@server/base is gone');
  },
  rejection: () => {
    Promise.reject('planted-value');
  },
};

let waiting;

process.on('message', ({ plant, path }) => {
  if (plant === undefined) return;
  if (path === undefined) setImmediate(ERRORS[plant]);
  else waiting = { plant, path };
});

subscribe('http.server.request.start', ({ request }) => {
  if (request.url !== waiting?.path) return;
  setImmediate(ERRORS[waiting.plant]);
  // One more while the process ends already.
  setTimeout(ERRORS[waiting.plant], 10);
  waiting = undefined;
});
