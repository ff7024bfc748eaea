import { parseArgs } from 'node:util';
import { startSandbox } from './start.js';

/** The sandbox by itself: `node dist/sandbox/main.js --port 4100 --state .numoon/sandbox.json`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4100' },
    seed: { type: 'string' },
    state: { type: 'string' },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  ...(values.seed === undefined ? {} : { seed: values.seed }),
  ...(values.state === undefined ? {} : { stateFile: values.state }),
});
process.stdout.write(`${sandbox.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sandbox.close());
}
