import { defineConfig } from 'vitest/config';

// unit: needs nothing but Node. hosts: boots real systemd hosts, three files at a time since much of it is waiting.
// images: makes disk images with the real tools and mounts them, to hold our readers against the kernel.
// lab: starts what `npm start` does and looks for what it leaves, so one file after the other.
// `npm test` as a whole has a time to keep: what takes minutes runs where its stage is asked for by name (npm run test:hosts, test:images).
const bounded = process.env.PORTABLE_SERVICES_BOUNDED === 'true';
const long = bounded
  ? [
      'test/hosts/{clock-skew,deploy-extensions,deploy-faults,deploy-units,effective,error-names,host-images,image-rules,in-place,limits,logs,many-rounds,odd-names,operations,reboots,refused-units,sandbox-rules,start-faults,system-calls,take-lock,tightening,two-windows,user-scope,without-sharing}.test.ts',
      'test/images/{musl,newer-mkfs}.test.ts',
    ]
  : [];

export default defineConfig({
  test: {
    projects: [
      {
        // nothing is timed; what hangs meets the timeout
        test: { name: 'unit', include: ['test/{client,server,syntaxes,repo,scripts,oracle}/**/*.test.ts'], testTimeout: 60_000 },
      },
      // what a busy machine made fail is tried once more; the report tells
      {
        test: {
          name: 'hosts',
          include: ['test/hosts/**/*.test.ts'],
          exclude: long,
          maxWorkers: 3,
          testTimeout: 90_000,
          hookTimeout: 240_000,
          retry: 1,
        },
      },
      {
        test: {
          name: 'images',
          include: ['test/images/**/*.test.ts'],
          exclude: long,
          maxWorkers: 2,
          // the tools that make images take long on a busy machine
          testTimeout: 600_000,
          hookTimeout: 240_000,
        },
      },
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 240_000 } },
    ],
  },
});
