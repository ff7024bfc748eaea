import { swcOptions } from './test/support/swc-options.mjs';

/** Run through `npm test`, or `node --experimental-vm-modules node_modules/jest/bin/jest.js`. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.numoon/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swcOptions] },
  // Imports name the compiled file, as TypeScript wants it; tests run from the source.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts'] },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  // What day it is in suites where that could decide a result: NUMOON_TEST_TODAY.
  setupFilesAfterEnv: ['<rootDir>/test/support/clock/move-clock-of-suite.ts'],
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/summary-reporter.mjs'],
  testTimeout: 90_000,
  maxWorkers: 2,
  // Modules of a finished file are never let go (ESM in a vm). A worker that has grown begins anew, before the
  // collector takes more time than the tests.
  workerIdleMemoryLimit: '1GB',
};
