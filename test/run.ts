// `npm test`: the formatter and linter with the layer rules, the types, then the tests. With arguments
// (`npm test -- test/unit/ledger`) only the tests they select. Closes with `N passed, N failed` alone on its line.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunSummary } from './run-reporter.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')

/** Each counts as one. */
const CHECKS = [
  {
    name: 'format, lint and layer rules',
    program: '@biomejs/biome/bin/biome',
    args: ['check', '--max-diagnostics=50'],
  },
  { name: 'types', program: 'typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
]

/** Every process of a run, and every gateway that it starts, takes what another has compiled. */
const COMPILED = join(modules, '.cache', 'palimpsest', 'compiled')

const selection = process.argv.slice(2)
const summary: RunSummary = { passed: 0, failed: 0, skipped: [] }
if (selection.length === 0) await runChecks(summary)
await runTests(selection, summary)
close(summary, process.env.CI === 'true')

async function runChecks(total: RunSummary): Promise<void> {
  for (const check of CHECKS) {
    const code = await run(check.program, check.args)
    console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${check.name}`)
    if (code === 0) total.passed++
    else total.failed++
  }
}

async function runTests(filters: string[], total: RunSummary): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'palimpsest-test-'))
  const file = join(directory, 'summary.json')
  try {
    const reporters = ['--reporter=default', `--reporter=${join(root, 'test/run-reporter.ts')}`]
    const code = await run('vitest/vitest.mjs', ['run', ...reporters, ...filters], { TEST_SUMMARY_FILE: file })
    const tests = readSummary(file)
    if (tests === null) {
      console.log(`FAILED: vitest ended with ${code} before it could say what it ran`)
      total.failed++
      return
    }
    total.passed += tests.passed
    total.failed += tests.failed
    total.skipped.push(...tests.skipped)
    if (tests.passed + tests.failed + tests.skipped.length === 0) {
      console.log('FAILED: no test ran')
      total.failed++
    } else if (code !== 0 && tests.failed === 0) {
      console.log(`FAILED: no test failed, but vitest ended with ${code}`)
      total.failed++
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function close(total: RunSummary, skipFails: boolean): void {
  for (const { name, reason } of total.skipped) console.log(`skipped: ${name}: ${reason}`)
  const skipped = total.skipped.length
  if (skipped > 0 && skipFails) console.log(`FAILED: under CI=true nothing may be skipped, and ${skipped} were`)
  const failed = total.failed + (skipFails ? skipped : 0)
  const tail = skipped > 0 ? `, ${skipped} skipped` : ''
  console.log(`${total.passed} passed, ${failed} failed${tail}`)
  process.exitCode = failed === 0 ? 0 : 1
}

function readSummary(file: string): RunSummary | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunSummary
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Runs a program of node_modules with this Node; returns its exit code or the signal that ended it. */
function run(program: string, args: string[], environment: Record<string, string> = {}): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(modules, program), ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...environment },
    })
    const forward = (signal: NodeJS.Signals) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, forward)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, forward)
      resolve(code ?? signal ?? 1)
    })
  })
}
