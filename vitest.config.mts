import { defineConfig } from 'vitest/config';

// unit: needs nothing but Node. hosts: boots real systemd hosts, lab: starts what `npm start` does; so one file after the other.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/{client,server,syntaxes,repo,scripts,oracle}/**/*.test.ts'] } },
      { test: { name: 'hosts', include: ['test/hosts/**/*.test.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 240_000 } },
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 240_000 } },
    ],
  },
});
