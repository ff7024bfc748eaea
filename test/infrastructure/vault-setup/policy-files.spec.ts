import { describe, expect, test } from '@jest/globals';
import { POLICY_NAMES, readPolicy } from '../../../src/infrastructure/vault/setup/policy-files.js';
import { POLICIES_OF } from '../../../src/infrastructure/vault/setup/process-roles.js';

const MOUNTS = { kv: 'team/secrets', transit: 'team/keys' };

describe('the policy files', () => {
  test.each(POLICY_NAMES)('%s names the mounts of the settings, and no other place', (name) => {
    const text = readPolicy(name, MOUNTS);
    const paths = [...text.matchAll(/^path "([^"]*)"/gm)].map(([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      expect(path).toMatch(
        name === 'numoon-session' ? /^(auth\/token|sys)\/[a-z-]+$/ : /^team\/(secrets|keys)\//,
      );
    }
    expect(text).not.toMatch(/(KV|TRANSIT)_MOUNT/);
    expect(text).not.toMatch(/sudo/);
  });

  test('no process role lacks the rights over its own token, and only workers end tenants', () => {
    for (const policies of Object.values(POLICIES_OF)) expect(policies).toContain('numoon-session');
    expect(POLICIES_OF.api).not.toContain('numoon-closure');
    expect(POLICIES_OF.worker).toContain('numoon-closure');
  });
});
