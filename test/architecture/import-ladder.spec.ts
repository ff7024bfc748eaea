import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { putFile } from '../support/temp-project.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINTER = join(ROOT, 'node_modules/oxlint/bin/oxlint');

interface Finding {
  code: string;
  filename: string;
  help?: string;
}

/** One wrong import a rung: the file that would make it, and what it would import. */
const WRONG: readonly [file: string, imported: string][] = [
  ['src/kernel/clock.ts', '../../config/load.js'],
  ['src/kernel/money.ts', '../infrastructure/postgres/scram.js'],
  ['src/kernel/words.ts', '@nestjs/common'],
  ['src/kernel/backoff.ts', 'lru-cache'],
  ['config/reader.ts', '../src/infrastructure/logging/logger.js'],
  ['config/defaults.ts', '../tenants/migrations/index.js'],
  ['migrations/0002-more.ts', '../src/control-plane/catalog/tenant.entity.js'],
  ['migrations/0003-more.ts', '../src/infrastructure/postgres/scram.js'],
  ['migrations/0004-more.ts', '../tenants/migrations/index.js'],
  ['tenants/migrations/0002-more.ts', '../../src/kernel/ids.js'],
  ['tenants/migrations/0003-more.ts', '../../migrations/index.js'],
  ['tenants/entities/note.entity.ts', '../../src/data-plane/id-form.js'],
  ['tenants/entities/memo.entity.ts', '../../migrations/index.js'],
  ['src/infrastructure/mail/post.ts', '../../tenancy/tenancy.js'],
  ['src/infrastructure/mail/letter.ts', '../../../tenants/entities/index.js'],
  ['src/infrastructure/mail/stamp.ts', '../../entry/main.js'],
  ['src/tenancy/room.ts', '../connectors/kit/connector.js'],
  ['src/tenancy/pools/pond.ts', '../../control-plane/catalog/catalog-database.js'],
  ['src/tenancy/hall.ts', '../../migrations/index.js'],
  ['src/connectors/stripe/connector.ts', '../../data-plane/id-form.js'],
  ['src/connectors/stripe/streams.ts', '../../control-plane/catalog/keyed-hash.js'],
  ['src/control-plane/closure/end.ts', '../../data-plane/members/members.repository.js'],
  ['src/control-plane/closure/late.ts', '../../entry/version.js'],
  ['src/data-plane/members/near.ts', '../../control-plane/closure/purge-tenant.js'],
  ['src/data-plane/members/far.ts', '../../entry/http/problem/error-status.js'],
  ['src/data-plane/members/deep.ts', '../../../migrations/index.js'],
  ['sandbox/providers/stripe/lists.ts', '../../../src/connectors/stripe/money.js'],
  ['sandbox/core/names.ts', '../../config/load.js'],
  ['src/connectors/stripe/peek.ts', '../../../sandbox/start.js'],
  ['src/data-plane/sync/peek.ts', '../../../sandbox/start.js'],
  ['src/entry/http/probe.ts', '../../../test/support/temp-servers.js'],
];

/** Climbing down, and what else is meant to be possible. */
const RIGHT: readonly [file: string, imported: string][] = [
  ['src/kernel/ids.ts', './secret.js'],
  ['src/kernel/random.ts', 'node:crypto'],
  ['config/load.ts', '../src/kernel/app-error.js'],
  ['migrations/0005-more.ts', '../src/infrastructure/postgres/migrate.js'],
  ['tenants/migrations/index.ts', '../../src/infrastructure/postgres/migrate.js'],
  ['src/infrastructure/mail/mailer.ts', '../../../config/load.js'],
  ['src/tenancy/tenancy.ts', '../infrastructure/postgres/availability.js'],
  ['src/tenancy/pools/lease.ts', '../../kernel/ids.js'],
  ['src/connectors/kit/connector.ts', '../../tenancy/tenancy.js'],
  ['src/control-plane/catalog/catalog-database.ts', '../../../migrations/index.js'],
  ['src/control-plane/catalog/other.ts', '../../../tenants/migrations/index.js'],
  ['src/data-plane/id-form.ts', '../../tenants/entities/index.js'],
  ['src/entry/main.ts', '../control-plane/catalog/catalog-database.js'],
  ['src/entry/version.ts', '../data-plane/id-form.js'],
  ['src/entry/demo/demo-sandbox.ts', '../../../sandbox/start.js'],
  ['sandbox/start.ts', './core/clock.js'],
];

describe('the import ladder', () => {
  let findings: Finding[] = [];

  beforeAll(async () => {
    const tree = await createTempFolder();
    await cp(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
    for (const [file, imported] of [...WRONG, ...RIGHT]) {
      await putFile(tree, file, `export * from '${imported}';\n`);
    }
    await putFile(
      tree,
      'src/kernel/late.ts',
      `export const late = import('../tenancy/room.js');\n`,
    );
    await putFile(
      tree,
      'src/kernel/typed.ts',
      `import type { Room } from '../tenancy/room.js';\nexport type Alias = Room;\n`,
    );
    await putFile(
      tree,
      'src/tenancy/egg.ts',
      `import { hen } from './hen.js';\nexport const egg = () => hen;\n`,
    );
    await putFile(
      tree,
      'src/tenancy/hen.ts',
      `import { egg } from './egg.js';\nexport const hen = () => egg;\n`,
    );
    findings = await lint(tree);
  });
  afterAll(cleanUp);

  test.each(WRONG)('%s may not import %s, and is told what to do', (file) => {
    const found = findings.filter((it) => it.filename === file && isLadder(it));
    expect(found).not.toEqual([]);
    expect(found[0]?.help).toMatch(/\w+ .*\./);
  });

  test.each(RIGHT)('%s may import %s', (file) => {
    expect(findings.filter((it) => it.filename === file && isLadder(it))).toEqual([]);
  });

  test('an import that comes late or brings only types counts as well', () => {
    const files = findings.filter(isLadder).map(({ filename }) => filename);
    expect(files).toContain('src/kernel/late.ts');
    expect(files).toContain('src/kernel/typed.ts');
  });

  test('two files that import each other are found', () => {
    const circles = findings.filter(({ code }) => code === 'import(no-cycle)');
    expect(circles.map(({ filename }) => filename).toSorted()).toEqual([
      'src/tenancy/egg.ts',
      'src/tenancy/hen.ts',
    ]);
  });

  test('the product itself climbs only down and goes in no circle', async () => {
    const own = await lint(ROOT, ['src', 'config', 'migrations', 'tenants']);
    expect(own.filter((it) => isLadder(it) || it.code === 'import(no-cycle)')).toEqual([]);
  });
});

function isLadder({ code }: Finding): boolean {
  return code === 'eslint(no-restricted-imports)';
}

/** What oxlint has to say, whatever its exit code. */
function lint(folder: string, paths: string[] = ['.']): Promise<Finding[]> {
  const args = [LINTER, '-c', '.oxlintrc.json', '-f', 'json', ...paths];
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics);
      } catch {
        reject(
          new Error(`oxlint gave no report: ${stderr}${stdout.slice(0, 500)}`, { cause: error }),
        );
      }
    });
  });
}
