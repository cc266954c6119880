import { defineConfig } from 'vitest/config';

const reports = process.env.SALVOR_REPORTS ?? 'target/surefire-reports';

export default defineConfig({
  test: {
    include: ['test/browser/*.test.mjs'],
    environment: 'node',
    globalSetup: ['test/browser/setup.mjs'],
    // a process of its own would outlive a run that is killed
    pool: 'threads',
    testTimeout: 120_000,
    hookTimeout: 240_000,
    teardownTimeout: 30_000,
    reporters: [
      'default',
      ['junit', { outputFile: `${reports}/TEST-headlamp-browser.xml`, suiteName: 'headlamp browser' }],
    ],
  },
});
