import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inScratchFolder } from '../../../activities/scratch-folder.ts'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { createHintLedger } from '../../../src/adapters/hints/hint-ledger.ts'
import { HintFinder } from '../../../src/background/hints.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import type { HintAnswer, HintLedger } from '../../../src/ports/hint-ledger.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const DAYS = ['2026-01-05', '2026-01-06', '2026-01-07']
const SCOPE = {
  tenantId: 'acme',
  from: Date.parse('2026-01-05T00:00:00Z'),
  to: Date.parse('2026-01-08T00:00:00Z'),
}
const register = registerOf({ models: [], routes: [], regionDefaults: {}, residency: {}, providers: {} })

/** Three days in the database, then one of them in the archive too, then all of them there alone. */
describe('hints over days that are in the archive', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  let folder: string
  let ledger: HintLedger
  let hot: HintAnswer
  let inArchive: 'there' | 'being restored' = 'there'
  const closing = new AbortController()
  beforeAll(async () => {
    stack = await startArchiveStack()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-hints-'))
    for (const day of DAYS) {
      await stack.plant('acme', day, 60, (at) => ({
        tool: at % 3 === 0 ? 'support_reply' : 'code_assistant',
        provider: 'openai',
        model_answered: 'gpt-4o',
        has_pii: at % 2 === 0,
        entity_counts: at % 2 === 0 ? '{"PERSON":1}' : null,
        cost_usd: '0.0000000100',
        latency_ms: 100 + at,
      }))
    }
    await stack.plant('other', DAYS[0] as string, 10)
    const databaseUrl = stack.test.databases.app
    let fetched = 0
    const objects = {
      async local(name: string, sha256: Uint8Array) {
        if (inArchive === 'being restored') {
          throw new PalimpsestError({ code: 'archive_restore_pending', status: 503, message: 'It is being restored.' })
        }
        const path = join(folder, `object-${++fetched}`)
        await stack.store.fetch(name, path, sha256)
        return path
      },
    }
    ledger = createHintLedger({
      databaseUrl,
      facts: createFactsQuery({ databaseUrl, objects }),
      register,
      inFolder: (work) => inScratchFolder(join(folder, 'scratch'), work),
      closing: closing.signal,
    })
    hot = await ledger.read(SCOPE)
    await stack.seal(DAYS[0] as string)
  }, 180_000)
  afterAll(async () => {
    closing.abort()
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const rounded = ({ speeds }: HintAnswer) =>
    speeds.map((row) => ({ ...row, logSum: row.logSum.toFixed(6), logSquares: row.logSquares.toFixed(6) }))

  const expectSame = (cold: HintAnswer) => {
    expect(cold.usage.reduce((sum, { calls }) => sum + calls, 0)).toBe(180)
    for (const name of ['usage', 'endings', 'findings'] as const) expect(cold[name]).toEqual(hot[name])
    expect(rounded(cold)).toEqual(rounded(hot))
  }

  it('rest on the same counts where a day is in both, each entry once', async () => {
    expect(hot.archivedObjects).toBe(0)
    expect(await stack.run()).toMatchObject({ failures: [] })
    const both = await ledger.read(SCOPE)
    expect(both.archivedObjects).toBe(1)
    expectSame(both)
  })

  it('rest on the same counts where the database has none of the days any more', async () => {
    expect(await stack.runAll()).toMatchObject({ failures: [] })
    const [left] = await stack.admin`SELECT count(*)::int AS n FROM ledger_entry
      WHERE tenant_id = 'acme' AND kind = 'interaction' AND occurred_at BETWEEN '2026-01-05' AND '2026-01-08'`
    expect(left?.n).toBe(0)
    const cold = await ledger.read(SCOPE)
    expect(cold.archivedObjects).toBe(DAYS.length)
    expectSame(cold)
  })

  it('of a time that is in the database alone read no object', async () => {
    const from = Date.parse('2026-01-12T00:00:00Z')
    expect(await ledger.read({ ...SCOPE, from, to: from + 86_400_000 })).toMatchObject({
      archivedObjects: 0,
      usage: [],
    })
  })

  it('say so while an object is being restored, do not keep that, and are found when it is there', async () => {
    const finder = new HintFinder({
      ledger,
      context: async () => ({ budgets: [], benchmarks: [] }),
      tenants: () => ['acme'],
      counted: () => undefined,
      now: () => SCOPE.to,
      close: () => undefined,
    })
    inArchive = 'being restored'
    await expect(finder.of('acme', 3)).rejects.toMatchObject({ code: 'archive_restore_pending' })
    inArchive = 'there'
    expect(await finder.of('acme', 3)).toMatchObject({ to: SCOPE.to, hints: [] })
  })
})
