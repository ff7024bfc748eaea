import { Command, Option } from 'nest-commander';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { checkIsolation } from '../isolation/check-isolation.js';
import { writeIsolation } from '../isolation/isolation-view.js';
import { createSender } from '../isolation/send-request.js';
import { targetUrl } from '../isolation/target-url.js';
import { writeErrorLine, writeJson } from '../output.js';
import { InterruptedError, UsageError } from '../usage.error.js';
import { withNuMoon } from '../with-numoon.js';

interface Options extends CommonOptions {
  minutes: number;
  url?: string;
}

const MOST_MINUTES = 24 * 60;

@Command({
  name: 'check-isolation',
  description:
    'try on the running NuMoon whether tenants come upon each other; exit code 1 when one does',
})
export class CheckIsolationCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    await withNuMoon(async (numoon) => {
      const sender = createSender();
      try {
        const report = await checkIsolation({
          numoon,
          baseUrl: targetUrl(numoon.foundation.config, options.url),
          send: sender.send,
          durationMs: options.minutes * 60_000,
          onProgress: ({ requests, crossings, secondsLeft }) =>
            writeErrorLine(`${requests} requests, ${crossings} crossings, ${secondsLeft} s to go`),
        });
        if (options.json) writeJson(report);
        else writeIsolation(report);
        if (report.crossings > 0) process.exitCode = 1;
        else if (numoon.signal.aborted) throw new InterruptedError();
      } finally {
        sender.close();
      }
    });
  }

  @Option({
    flags: '--minutes <n>',
    description: 'for how long; parts of a minute as 0.5',
    defaultValue: 1,
  })
  readMinutes(text: string): number {
    const minutes = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (minutes > 0 && minutes <= MOST_MINUTES) return minutes;
    throw new UsageError(`--minutes must be a number up to ${MOST_MINUTES}, not "${text}".`);
  }

  @Option({
    flags: '--url <address>',
    description: 'where it runs; this machine or NUMOON_PUBLIC_URL',
  })
  readUrl(text: string): string {
    return text;
  }
}
