import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url))

/** Standard output of a run that ends well, with nothing on standard error. */
async function told(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], { timeout: 60_000 })
  expect(stderr).toBe('')
  return stdout
}

describe('palimpsest --help', { timeout: 120_000 }, () => {
  it.each([
    ['serve', 'palimpsest serve\n'],
    ['doctor', 'palimpsest doctor [--json]\n'],
    ['sql', 'palimpsest sql check [<database>] [--json]'],
    ['demo-data', '--entries  requests, over all tenants and days'],
    ['keys', 'palimpsest keys list'],
  ])('behind %s says how it is used, and does nothing', async (verb, words) => {
    expect(await told(verb, '--help')).toContain(words)
    expect(await told(verb, '-h')).toContain(words)
  })
})
