import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  it('without a key it still does not hold where its entry is not in the tree it names', async () => {
    const good = proofs.find(({ result }) => result === 'ok') as ProofRow
    const index = Number(/^index (\d+)$/m.exec(good.proof)?.[1])
    const moved = good.proof.replace(/^index \d+$/m, `index ${index ^ 1}`)
    expect((await verify(moved, [])).exit).toBe(1)
  })
})
