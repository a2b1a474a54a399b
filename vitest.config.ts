// Tests: deterministic, never retried, a real stack where a suite needs one.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,stack,generators,harness,scenarios,reports,suites}/**/*.test.ts'],
    setupFiles: ['suites/testing/fixed-seed.ts'],
    retry: 0,
    // For hangs, not for slow machines: a machine with other work takes six times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Files share their worker's process: a third of the time was spent on starting one for each. A test leaves nothing behind in it.
    isolate: false,
    // Two cores: a stack and the tests beside it.
    maxWorkers: 2,
    allowOnly: false,
    reporters: ['default'],
  },
})
