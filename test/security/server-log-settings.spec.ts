import { afterAll, describe, expect, test } from '@jest/globals';
import { ExamineServerLogSettings } from '../../src/control-plane/admin/examine-server-log-settings.js';
import { writeExamination } from '../../src/entry/cli/examination-view.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import { Secret } from '../../src/kernel/secret.js';
import { ADMIN_TOKEN, startTestApp } from '../support/test-app.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';
import { adminUrl, controlUrl } from '../support/test-postgres.js';

afterAll(cleanUp);

/** Settings for the sessions of a URL only: the run's server is not ours alone. */
function withSettings(url: string, settings: Record<string, string>): string {
  const result = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  result.searchParams.set('options', options.join(' '));
  return result.href;
}

const examine = (url: string) =>
  new ExamineServerLogSettings(new DatabaseServer(new Secret(url))).execute();

describe('settings that let values into the log of the server', () => {
  test('are none on a server of ours', async () => {
    expect(await examine(controlUrl())).toEqual([]);
  });

  test.each([
    ['log_min_messages', 'warning', 'log'],
    ['log_error_verbosity', 'default', 'terse'],
    ['log_min_error_statement', 'error', 'panic'],
    ['log_statement', 'ddl', 'none'],
    ['log_min_duration_statement', '250', '-1'],
    ['log_min_duration_sample', '10', '-1'],
    ['log_transaction_sample_rate', '0.5', '0'],
    ['log_parameter_max_length', '-1', '0'],
    ['log_parameter_max_length_on_error', '64', '0'],
    ['debug_print_parse', 'on', 'off'],
    ['debug_print_rewritten', 'on', 'off'],
    ['debug_print_plan', 'on', 'off'],
  ])(
    'are found one by one, with the line that closes them: %s',
    async (setting, value, advised) => {
      const found = await examine(withSettings(adminUrl(), { [setting]: value }));
      const advice = `ALTER SYSTEM SET ${setting} = '${advised}';`;
      expect(found).toEqual([{ setting, value, advice }]);
      const closed = await examine(withSettings(adminUrl(), { [setting]: advised }));
      expect(closed).toEqual([]);
    },
  );

  test('include those of libraries that are loaded, seen also by a role that may see little', async () => {
    const { adminUrl, controlUrl } = await startTempServer({
      dataDir: await createTempFolder(),
      settings: {
        fsync: 'off',
        shared_preload_libraries: 'auto_explain,pg_stat_statements',
        'auto_explain.log_min_duration': '0',
      },
    });
    const found = await examine(controlUrl);
    expect(found.map(({ setting, value }) => [setting, value])).toEqual([
      ['auto_explain.log_min_duration', '0'],
      ['pg_stat_statements.track_utility', 'on'],
    ]);
    // The lines are ones that PostgreSQL takes. (These two cannot change what a command line says.)
    for (const { advice } of found) await runSql(adminUrl, advice);
  });
});

describe('the doctor', () => {
  test('tells of them and stays healthy, over HTTP and on the terminal', async () => {
    const url = withSettings(controlUrl(), { log_parameter_max_length_on_error: '-1' });
    const app = await startTestApp({ stockDatabases: 0, stockSchemas: 0 }, url);
    try {
      const { body } = await app.call('GET', '/admin/doctor', { key: ADMIN_TOKEN });
      const finding = {
        setting: 'log_parameter_max_length_on_error',
        value: '-1',
        advice: "ALTER SYSTEM SET log_parameter_max_length_on_error = '0';",
      };
      expect(body).toMatchObject({ healthy: true, serverLog: [finding] });
      expect(printed(() => writeExamination(body))).toContain(
        `  ${finding.setting} is ${finding.value}: ${finding.advice}\n`,
      );
    } finally {
      await app.close();
    }
  });
});

/** What goes to standard output meanwhile. */
function printed(work: () => void): string {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return text;
}
