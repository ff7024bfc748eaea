import cliProgress from 'cli-progress';
import { writeErrorLine } from './output.js';

export interface Progress {
  update(done: number, failed: number): void;
  stop(): void;
}

/** A log file should not get a line for each of ten thousand. */
const MOST_LINES = 20;

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A bar on a terminal, some plain lines elsewhere, nothing for a single thing; always on standard error. */
export function startProgress(things: string, total: number): Progress {
  if (total === 1) return SILENT;
  return process.stderr.isTTY ? bar(things, total) : lines(things, total);
}

function bar(things: string, total: number): Progress {
  const bar = new cliProgress.SingleBar(
    {
      stream: process.stderr,
      format: `{bar} {value} of {total} ${things}, {failed} failed, {eta_formatted} to go`,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { failed: 0 });
  return {
    update: (done, failed) => bar.update(done + failed, { failed }),
    stop: () => bar.stop(),
  };
}

function lines(things: string, total: number): Progress {
  const step = Math.ceil(total / MOST_LINES);
  return {
    update: (done, failed) => {
      const ended = done + failed;
      if (ended % step !== 0 && ended !== total) return;
      writeErrorLine(`${ended} of ${total} ${things}, ${failed} failed`);
    },
    stop: () => undefined,
  };
}
