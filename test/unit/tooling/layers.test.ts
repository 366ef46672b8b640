import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A line of code, the file it stands in, and a word of the message that reports it. */
type Violation = [file: string, code: string, words: string]

const pure = 'src/domain is pure'
const violations: Violation[] = [
  ['src/domain/a/v01.ts', "import { a } from '../../ports/a.ts'", pure],
  ['src/domain/a/v02.ts', "import type { a } from '../../ports/a.ts'", pure],
  ['src/domain/a/v03.ts', "export { a } from '../../adapters/a/b.ts'", pure],
  ['src/domain/a/v04.ts', "export * from '../../config/types.ts'", pure],
  ['src/domain/a/v05.ts', "import '../../api/a.ts'", pure],
  ['src/domain/a/v06.ts', "export const a = await import('../../embedded/a.ts')", pure],
  ['src/domain/a/v07.ts', "export type A = import('../../../activities/a.ts').A", pure],
  ['src/domain/a/v08.ts', "import { readFileSync } from 'node:fs'", pure],
  ['src/domain/a/v09.ts', "import postgres from 'postgres'", pure],
  ['src/domain/a/v10.ts', "import { a } from '../../main.ts'", pure],
  ['src/domain/a/v11.ts', 'export const a = Date.now()', 'take the time'],
  ['src/domain/a/v12.ts', 'export const a = new Date()', 'take the time'],
  ['src/domain/a/v13.ts', 'export const a = Math.random()', 'take the time'],
  [
    'src/domain/a/v14.ts',
    "import { randomBytes } from 'node:crypto'\nexport const a = randomBytes(8)",
    'take the time',
  ],
  ['src/domain/a/v15.ts', "import crypto from 'node:crypto'\nexport const a = crypto.randomUUID()", 'take the time'],
  ['src/domain/a/v16.ts', 'export const a = process.env.HOME', 'take the time'],
  ['src/domain/a/v17.ts', "export const a = fetch('http://localhost')", 'take the time'],
  ['src/domain/a/v18.ts', 'export const a = performance.now()', 'take the time'],
  ['src/domain/a/v19.ts', 'setTimeout(() => 1, 5)', 'take the time'],
  ['src/ports/v01.ts', "import type { a } from '../adapters/a.ts'", 'A port knows only'],
  ['src/ports/v02.ts', "import type { Pool } from 'pg'", 'A port knows only'],
  ['src/ports/v03.ts', "import type { a } from '../config/types.ts'", 'A port knows only'],
  ['src/ports/v04.ts', "import { a } from '../domain/a/b.ts'", 'write import type'],
  ['src/ports/v05.ts', "export * from '../domain/a/b.ts'", 'write import type'],
  ['src/adapters/a/v01.ts', "import { a } from '../../api/a.ts'", 'An adapter knows ports'],
  ['src/adapters/a/v02.ts', "import { a } from '../../config/env.ts'", 'An adapter knows ports'],
  ['src/adapters/a/v03.ts', "import { a } from '../../../activities/a.ts'", 'An adapter takes only types'],
  ['workflows/v01.ts', "import { readFileSync } from 'node:fs'", 'Workflow code is replayed'],
  ['workflows/v02.ts', "import { Client } from '@temporalio/client'", 'Workflow code is replayed'],
  ['workflows/v03.ts', "import type { a } from '../src/ports/a.ts'", 'Workflow code is replayed'],
  ['workflows/v04.ts', "import { a } from '../src/adapters/a/b.ts'", 'Workflow code is replayed'],
  ['workflows/v05.ts', "import { a } from '../activities/a.ts'", 'A workflow takes only types'],
  ['workflows/a/v06.ts', "export { a } from '../../activities/a/b.ts'", 'A workflow takes only types'],
  ['activities/a/v01.ts', "import { a } from '../../src/adapters/a/b.ts'", 'a factory over ports'],
  ['activities/v02.ts', "import { a } from '../src/api/a.ts'", 'a factory over ports'],
  ['activities/v03.ts', "import postgres from 'postgres'", 'Vendor packages belong'],
  ['src/api/v01.ts', "import { a } from '../adapters/a/b.ts'", 'The API knows ports'],
  ['src/api/v02.ts', "import { a } from '../../activities/a.ts'", 'The API knows ports'],
  ['src/api/v03.ts', "import { request } from 'undici'", 'Vendor packages belong'],
  ['src/api/v04.ts', "import { S3Client } from '@aws-sdk/client-s3'", 'Vendor packages belong'],
  ['src/api/v05.ts', "import { Client } from '@temporalio/client'", 'Vendor packages belong'],
  ['src/api/v06.ts', "import { trace } from '@opentelemetry/api'", 'Vendor packages belong'],
  ['src/config/v01.ts', "import { a } from '../adapters/a/b.ts'", 'Configuration knows src/domain'],
  ['src/config/v02.ts', "import { Pool } from 'pg'", 'Vendor packages belong'],
  ['src/config/v03.ts', "import { a } from '../ports/a.ts'", 'Configuration takes only types'],
]

const allowed: [file: string, code: string][] = [
  ['src/domain/a/ok.ts', "import { createHash } from 'node:crypto'\nimport { isValidIBAN } from 'ibantools'"],
  [
    'src/domain/a/ok2.ts',
    "import { a } from '../b/c.ts'\nimport { e } from '../../errors.ts'\nexport const d = new Date(5)",
  ],
  [
    'src/ports/ok.ts',
    "import type { a } from '../domain/a/b.ts'\nimport { e } from '../errors.ts'\nimport type { p } from './p.ts'",
  ],
  [
    'src/adapters/a/ok.ts',
    "import postgres from 'postgres'\nimport { p } from '../../ports/p.ts'\nimport type { w } from '../../../workflows/w.ts'",
  ],
  [
    'workflows/ok.ts',
    "import { sleep } from '@temporalio/workflow'\nimport type { a } from '../activities/a.ts'\nimport { d } from '../src/domain/a/b.ts'\nimport { w } from './w.ts'",
  ],
  [
    'activities/ok.ts',
    "import { heartbeat } from '@temporalio/activity'\nimport type { p } from '../src/ports/p.ts'\nimport { d } from '../src/domain/a/b.ts'",
  ],
  [
    'src/api/ok.ts',
    "import { Hono } from 'hono'\nimport type { p } from '../ports/p.ts'\nimport { findKey } from '../config/keys.ts'",
  ],
  ['src/config/ok.ts', "import type { p } from '../ports/p.ts'\nimport { d } from '../domain/a/b.ts'"],
  ['src/main.ts', "import { a } from './adapters/a/b.ts'\nimport { Client } from '@temporalio/client'"],
  ['src/embedded/ok.ts', "import { Pool } from 'pg'\nimport { a } from '../adapters/a/b.ts'"],
]

/** Rules for every file, with a line that breaks each. */
const habits: [file: string, code: string, rule: string][] = [
  ['src/api/h01.ts', 'export const a: any = 1', 'lint/suspicious/noExplicitAny'],
  ['src/api/h02.ts', '// @ts-ignore\nexport const a = 1', 'lint/suspicious/noTsIgnore'],
  [
    'src/api/h03.ts',
    'export function a(): void {\n  try {\n    a()\n  } catch {}\n}',
    'lint/suspicious/noEmptyBlockStatements',
  ],
  ['src/api/h04.ts', "console.log('a')", 'lint/suspicious/noConsole'],
  ['src/api/h05.ts', 'export default 1', 'lint/style/noDefaultExport'],
  [
    'src/api/h06.ts',
    'async function a(): Promise<void> {}\nexport function b(): void {\n  a()\n}',
    'lint/nursery/noFloatingPromises',
  ],
  ['src/api/H07.ts', 'export const a = 1', 'lint/style/useFilenamingConvention'],
  ['src/api/h08.ts', `${'export const a = 1\n'.repeat(301)}`, 'lint/style/noExcessiveLinesPerFile'],
  [
    'src/api/h09.ts',
    `export function a(): number {\n  let b = 1\n${'  b += 1\n'.repeat(70)}  return b\n}`,
    'lint/complexity/noExcessiveLinesPerFunction',
  ],
  ['src/api/h10.ts', "import { A } from './a.ts'\nexport const a = (b: A): A => b", 'lint/style/useImportType'],
  ['src/api/h11.ts', "export const a = 'x'.match(/x/)!.length", 'lint/style/noNonNullAssertion'],
  ['src/api/h12.ts', 'export enum A {\n  b,\n}', 'lint/style/noEnum'],
  ['src/api/h13.ts', "import { A } from './a.ts'", 'lint/correctness/noUnusedImports'],
  ['src/api/h14.ts', "export const a = (): never => {\n  throw 'a'\n}", 'lint/style/useThrowOnlyError'],
  ['test/h15.test.ts', "import { it } from 'vitest'\nit.skip('a', () => undefined)", 'lint/suspicious/noSkippedTests'],
  ['test/h16.test.ts', "import { it } from 'vitest'\nit.only('a', () => undefined)", 'lint/suspicious/noFocusedTests'],
]

const root = resolve(import.meta.dirname, '../../..')

/** What is reported, by file: the message of a layer rule, the name of any other. */
function lint(folder: string): Map<string, string[]> {
  const binary = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const run = spawnSync(process.execPath, [binary, 'lint', '--reporter=github', '--max-diagnostics=1000', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const found = new Map<string, string[]>()
  for (const line of run.stdout.split('\n')) {
    const [, rule, path, message] = /^::error title=([^,]+),file=([^,]+),.*?::(.*)$/.exec(line) ?? []
    const file = path?.replace(/^.*?((?:src|workflows|activities|test)\/)/, '$1')
    if (file === undefined) continue
    found.set(file, [...(found.get(file) ?? []), (rule === 'plugin' ? message : rule) ?? ''])
  }
  return found
}

describe('the layers of the design and the habits of the house are held by the linter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'))
  let found = new Map<string, string[]>()

  beforeAll(() => {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    cpSync(join(root, 'lint'), join(folder, 'lint'), { recursive: true })
    cpSync(join(root, '.gitignore'), join(folder, '.gitignore'))
    for (const [file, code] of [...violations, ...allowed, ...habits]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${code}\n`)
    }
    found = lint(folder)
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(violations)('%s is refused: %s', (file, _code, words) => {
    expect(found.get(file)?.join('\n') ?? 'nothing was reported').toContain(words)
  })

  it.each(allowed)('%s is allowed: %s', (file) => {
    const layers = (found.get(file) ?? []).filter((message) => !message.startsWith('lint/'))
    expect(layers).toEqual([])
  })

  it.each(habits)('%s is refused: %s', (file, _code, rule) => {
    expect(found.get(file) ?? []).toContain(rule)
  })
})
