import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** What `run.ts` counts. */
export interface RunSummary {
  passed: number
  /** Failed tests, files that could not be loaded, and errors outside any test. */
  failed: number
  skipped: Array<{ name: string; reason: string }>
}

/** Writes the counts, and the name and reason of each skipped test, to the file named in the environment. */
export default class RunReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<SerializedError>): void {
    const summary: RunSummary = { passed: 0, failed: unhandledErrors.length, skipped: [] }
    for (const module of modules) count(module, summary)
    const file = process.env.TEST_SUMMARY_FILE
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary))
  }
}

function count(module: TestModule, summary: RunSummary): void {
  let failedHere = 0
  for (const test of module.children.allTests()) {
    const result = test.result()
    if (result.state === 'passed') summary.passed++
    else if (result.state === 'failed') failedHere++
    else if (result.state === 'skipped') {
      const name = `${module.relativeModuleId} > ${test.fullName}`
      summary.skipped.push({ name, reason: result.note ?? 'no reason given' })
    } else failedHere++
  }
  // A file that failed without a failed test did so while it was loaded, or in a hook.
  summary.failed += module.state() === 'failed' ? Math.max(failedHere, 1) : failedHere
}
