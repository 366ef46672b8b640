import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The exit code of `palimpsest verify`, and what it said. */
async function verify(...args: string[]) {
  const said: string[] = []
  const warned: string[] = []
  const io = { write: (text: string) => said.push(text), warn: (text: string) => warned.push(text), env: {} }
  const exit = await run(args, io)
  return { exit, said: said.join('\n'), warned: warned.join('\n') }
}

describe('palimpsest verify', () => {
  it.each([
    ['an option that there is not', [folder, '--strict']],
    ['an option without its value', [folder, '--trust']],
    ['no evidence', []],
    ['two pieces of evidence', [folder, folder]],
  ])('says how it is used where it is given %s', async (_, args) => {
    const { exit, said, warned } = await verify(...args)
    expect(exit).toBe(2)
    expect(warned).toMatch(/^palimpsest verify <pack/)
    expect(said).toBe('')
  })

  it.each([
    ['a file that does not exist', [join(folder, 'missing')], 'ENOENT'],
    ['a folder that is no pack', [folder], 'no manifest.json'],
    ['anchors in a folder that does not exist', [folder, '--anchors', join(folder, 'missing')], 'ENOENT'],
    ['an address without a host', ['https://'], 'This is no address'],
    ['an address with a space', ['http://a b/'], 'This is no address'],
  ])('says why it cannot judge %s', async (_, args, what) => {
    const { exit, said } = await verify(...args)
    expect(exit).toBe(2)
    expect(said.split('\n')[1]).toBe('It could not be judged.')
    expect(said.split('\n')[2]).toContain(what)
  })
})
