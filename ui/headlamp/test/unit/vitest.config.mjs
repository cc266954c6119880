import { defineConfig } from 'vitest/config';

const reports = process.env.SALVOR_REPORTS ?? 'target/surefire-reports';

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  test: {
    include: ['test/unit/*.test.{ts,tsx}'],
    environment: 'node',
    // a machine with much else to do
    testTimeout: 60_000,
    pool: 'threads',
    poolOptions: { threads: { singleThread: true } },
    reporters: ['default', ['junit', { outputFile: `${reports}/TEST-headlamp-unit.xml`, suiteName: 'headlamp unit' }]],
  },
});
