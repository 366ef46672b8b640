import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/slow-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Temporal's native module is loaded once a process and does not survive worker threads.
    pool: 'forks',
    // Most files wait for what they started more than they compute.
    maxWorkers: 3,
    // Files share a process, and with it what they import: two seconds of work for each of them. A file that puts
    // something else in a module's place, or sets a variable, takes it back at its end.
    isolate: false,
    sequence: { sequencer: SlowFirst },
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
})
