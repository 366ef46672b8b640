import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { verifyPath, words } from '../../../verify/verify.mjs'
import { readVectors } from '../ledger/vectors.ts'

interface ProofRow {
  why: string
  proof: string
  trusted: string[]
  result: string
}

const { proofs } = readVectors('log.json') as { proofs: ProofRow[] }
const PROGRAM = fileURLToPath(new URL('../../../verify/verify.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-proof-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const verify = (proof: string, trust: string[]) => {
  const file = join(folder, 'one.tlog-proof')
  writeFileSync(file, proof)
  return verifyPath(file, { trust })
}

describe('a single proof', () => {
  it.each(proofs)(
    '$why: the one file gives the verdict of the format ($result)',
    async ({ proof, trusted, result }) => {
      const { exit, problems } = await verify(proof, trusted)
      if (result === 'ok') expect(problems).toEqual([])
      expect(exit === 0).toBe(result === 'ok')
    },
  )

  it('without a key it is not judged: what it proves is checked, and its signature is said not to be', async () => {
    const good = proofs.find(({ result }) => result === 'ok') as ProofRow
    const result = await verify(good.proof, [])
    expect(result).toMatchObject({ exit: 2, trusted: false, problems: [{ kind: 'unjudged' }] })
    expect(result.problems[0]?.what).toContain('--trust')
    expect(result.notes[0]).toMatch(/^Entry .* is leaf \d+ of the \d+/)
    expect(words(result).split('\n')[0]).toContain('No signature is proved')
  })

  it('shows the entry that it checked as a line of JSON, with what was opened, where it is asked for', async () => {
    const good = proofs.find(({ result }) => result === 'ok') as ProofRow
    const file = join(folder, 'shown.tlog-proof')
    writeFileSync(file, good.proof)
    const args = [PROGRAM, file, '--entries', ...good.trusted.flatMap((key) => ['--trust', key])]
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(0)
    const shown = JSON.parse(stdout.split('\n')[0] ?? '') as Record<string, unknown>
    expect(shown).toMatchObject({ leaf: 3, tenant_id: 'acme', format_version: 1, prompt: expect.stringContaining('{') })
    expect(shown.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(shown.log_id).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.keys(shown)).toHaveLength(1 + 56 + 3)
    const untrusted = spawnSync(process.execPath, [PROGRAM, file, '--entries'], { encoding: 'utf8' })
    expect(untrusted.stdout).not.toContain('tenant_id')
  })

  it('without a key it still does not hold where its entry is not in the tree it names', async () => {
    const good = proofs.find(({ result }) => result === 'ok') as ProofRow
    const index = Number(/^index (\d+)$/m.exec(good.proof)?.[1])
    const moved = good.proof.replace(/^index \d+$/m, `index ${index ^ 1}`)
    expect((await verify(moved, [])).exit).toBe(1)
  })
})
