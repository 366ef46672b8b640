import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { createExpireActivities } from '../../../activities/archive/expire.ts'
import { createEraseArchives } from '../../../activities/erasure/erase-archives.ts'
import { withArchive } from '../../../src/adapters/archive/read-through.ts'
import { createArchiveReader } from '../../../src/adapters/postgres/archive/reader.ts'
import { contentOf, endDepsOf, mortal, namesIn, openCase, runStep, untilDone } from '../../support/archive/ending.ts'
import { dropDay, objectsOf } from '../../support/archive/past-objects.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const PERSON = 'sub_person'

describe('a catalogue that was restored to a time before archived text was rewritten', { timeout: 240_000 }, () => {
  let stack: ArchiveStack
  let deps: EndDeps
  let copies = 0
  beforeAll(async () => {
    stack = await startArchiveStack()
    deps = endDepsOf(stack)
  }, 300_000)
  afterAll(() => stack.close())

  const mend = (from: EndDeps = deps) => runStep(createExpireActivities(from).mendCatalogue)
  const reader = () => {
    const objects = objectsOf(deps.store, join(stack.test.folder, `copies-${++copies}`))
    return withArchive(deps.entries, createArchiveReader({ sql: stack.test.ledger.sql, objects }))
  }
  const superseding = async (period: string) =>
    stack.admin`SELECT id, detail FROM ledger_entry WHERE status = 'superseded' AND related_entry = ${period}`
  const asSuperuser = (work: (sql: typeof stack.admin) => Promise<unknown>) =>
    stack.admin.begin(async (sql) => {
      await sql`SET LOCAL session_replication_role = replica`
      await work(sql as unknown as typeof stack.admin)
    })

  /** A dropped day of nine entries, three of them of a person who is erased; then the catalogue and the ledger as they were before. */
  const restored = async (tenant: string, day: string) => {
    const ids = await stack.plant(tenant, day, 9, (index) => ({
      subject_pseudonym: index % 3 === 0 ? PERSON : `sub_other_${index % 4}`,
    }))
    await stack.seal(day)
    expect((await stack.run()).failures).toEqual([])
    const [row] = await stack.admin`SELECT id FROM archive_period WHERE tenant_id = ${tenant}`
    const period = String(row?.id)
    await dropDay(stack.admin, day)
    const before = await stack.admin`SELECT * FROM archive_object WHERE period_id = ${period}`
    const { id: caseId, cases } = await openCase(stack, tenant, [PERSON])
    expect(await runStep(createEraseArchives({ ...deps, cases }), { caseId })).toEqual({ objects: 1 })
    const rewritten = await contentOf(deps, stack, period)
    const [lost] = await superseding(period)
    await asSuperuser(async (sql) => {
      await sql`DELETE FROM archive_object WHERE period_id = ${period}`
      await sql`INSERT INTO archive_object ${sql(before as never)}`
      await sql`UPDATE archive_period SET generation = 1, manifest_entry = id WHERE id = ${period}`
      await sql`DELETE FROM ledger_entry WHERE id = ${lost?.id}`
    })
    return { ids, period, rewritten, lost: String(lost?.id) }
  }
  /** As it is once the tenant's ledger was opened anew: the test's own has the key of its first log alone. */
  const anew = (tenant: string): EndDeps => ({ ...deps, ending: { ...deps.ending, recovered: async () => [tenant] } })

  it('names an object that is gone until a ledger was opened anew; then finds what took its place, verified, and on record', async () => {
    const { ids, period, rewritten, lost } = await restored('acme', '2026-01-05')
    await expect(reader().content('acme', ids[1] ?? '')).rejects.toMatchObject({ code: 'archive_object_missing' })
    expect(await mend()).toEqual({ mended: 0, busy: 0, left: 0 })
    expect(await mend(anew('acme'))).toEqual({ mended: 1, busy: 0, left: 0 })
    expect(await contentOf(deps, stack, period)).toEqual(rewritten)
    expect((await reader().content('acme', ids[1] ?? ''))?.sealedPrompt).toBeInstanceOf(Uint8Array)
    expect((await reader().content('acme', ids[0] ?? ''))?.sealedPrompt ?? null).toBeNull()
    const [entry, ...more] = await superseding(period)
    expect(more).toEqual([])
    expect(JSON.parse(entry?.detail)).toMatchObject({
      lost_entry: lost,
      supersedes: period,
      period: { generation: 3 },
      replaced: [{ name: expect.stringContaining('/content/') }],
    })
    const [row] = await stack.admin`SELECT generation, manifest_entry FROM archive_period WHERE id = ${period}`
    expect(row).toEqual({ generation: 3, manifest_entry: entry?.id })
    const states = await stack.admin`SELECT name, state FROM archive_object WHERE period_id = ${period} ORDER BY name`
    expect(states.map(({ name, state }) => [name.split('/')[2], name.slice(-12, -5), state].join(' '))).toEqual([
      expect.stringMatching(/^content .* removed$/),
      expect.stringMatching(/^content .* stored$/),
      expect.stringMatching(/^facts .* stored$/),
      expect.stringMatching(/^manifest .* superseded$/),
      expect.stringMatching(/^manifest .* superseded$/),
      expect.stringMatching(/^manifest .* stored$/),
    ])
    expect(await mend(anew('acme'))).toEqual({ mended: 0, busy: 0, left: 0 })
    expect(existsSync(deps.folder) ? readdirSync(deps.folder) : []).toEqual([])
  })

  it('is mended once wherever the process dies, and what an erasure does later goes on from there', async () => {
    const { period, rewritten } = await restored('mortal', '2026-01-06')
    const died: string[] = []
    const alone = mortal(anew('mortal'), died)
    await untilDone(async () => expect(await mend(alone)).toMatchObject({ left: 0 }))
    expect(died).toEqual(expect.arrayContaining(['ledger.append', 'ending.adopt', 'files.read']))
    expect(await superseding(period)).toHaveLength(1)
    expect(await contentOf(deps, stack, period)).toEqual(rewritten)
    const { id: caseId, cases } = await openCase(stack, 'mortal', ['sub_other_1'])
    expect(await runStep(createEraseArchives({ ...deps, cases }), { caseId })).toEqual({ objects: 1 })
    const after = await contentOf(deps, stack, period)
    expect(after.filter((row) => row.sealed_prompt !== null).length).toBeLessThan(
      rewritten.filter((row) => row.sealed_prompt !== null).length,
    )
  })

  it('takes nothing in its place that is no rewriting of it, and leaves everything as it is', async () => {
    const { period } = await restored('foreign', '2026-01-07')
    const [found] = (await namesIn(deps, '/manifest/foreign.')).filter((name) => name.endsWith('0002.json'))
    const [content] = await namesIn(deps, '/content/foreign.')
    const store = {
      ...deps.store,
      stat: deps.store.stat.bind(deps.store),
      list: deps.store.list.bind(deps.store),
      fetch: (name: string, path: string, sha256: Uint8Array) =>
        deps.store.fetch(name === content ? (found ?? '') : name, path, sha256),
    }
    expect(await mend({ ...anew('foreign'), store: store as typeof deps.store })).toEqual({
      mended: 0,
      busy: 0,
      left: 1,
    })
    expect(await superseding(period)).toEqual([])
    const [row] = await stack.admin`SELECT generation FROM archive_period WHERE id = ${period}`
    expect(row).toEqual({ generation: 1 })
    await deps.store.remove(content ?? '')
    expect(await mend(anew('foreign'))).toEqual({ mended: 0, busy: 0, left: 1 })
    expect(await superseding(period)).toEqual([])
  })

  it('is looked for with tenants whose ledger was opened anew, and with no others', async () => {
    expect(await deps.ending.recovered()).toEqual([])
    await asSuperuser(async (sql) => {
      await sql`
        INSERT INTO ledger_log (log_id, tenant_id, generation, origin, verifier_key, created_at)
        SELECT sha256(log_id), 'anew', 2, 'anew/2', verifier_key, now() FROM ledger_log WHERE tenant_id = 'acme'`
    })
    expect(await deps.ending.recovered()).toEqual(['anew'])
  })
})
