import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CompactRange } from '../../../src/domain/ledger/compact-range.ts'
import { type ArchiveDetail, decodeManifest } from '../../../src/domain/retention/manifest.ts'
import type { openMemoryStore } from '../../support/archive/memory-store.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

describe('archived periods', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  beforeAll(async () => {
    stack = await startArchiveStack()
  })
  afterAll(() => stack.close())

  const bytesOf = async (name: string): Promise<Buffer> => {
    const found = await stack.admin`SELECT sha256 FROM archive_object WHERE name = ${name}`
    const path = `${stack.test.folder}/${createHash('sha256')
      .update(name + Math.random())
      .digest('hex')}`
    await stack.store.fetch(name, path, found[0]?.sha256 as Uint8Array)
    return (await import('node:fs/promises')).readFile(path)
  }
  const periodsOf = (tenant: string) => stack.admin`
    SELECT *, to_char(from_day, 'YYYY-MM-DD') AS day FROM archive_period WHERE tenant_id = ${tenant} ORDER BY from_day, retention_class`
  const objectsOf = (period: string) =>
    stack.admin`SELECT * FROM archive_object WHERE period_id = ${period} ORDER BY generation, part`

  it('are stored apart, verified, named by a manifest that stands in the ledger, and anchored', async () => {
    const ids = await stack.plant('acme', '2026-01-05', 40)
    await stack.seal('2026-01-05')
    const { counts, failures } = await stack.run()
    expect(failures).toEqual([])
    expect(counts).toMatchObject({ periods: 1, entries: 40, failed: 0, busy: 0, empty: 0 })

    const [period] = await periodsOf('acme')
    expect(period).toMatchObject({ retention_class: 'standard', day: '2026-01-05', generation: 1, entries: '40' })
    expect([period?.recorded_at, period?.anchored_at].every((at) => at instanceof Date)).toBe(true)
    const objects = await objectsOf(String(period?.id))
    expect(objects.map(({ part, state }) => `${part} ${state}`)).toEqual([
      'content stored',
      'facts stored',
      'manifest stored',
    ])

    const manifestName = String(objects[2]?.name)
    const bytes = await bytesOf(manifestName)
    const manifest = decodeManifest(bytes)
    expect(manifest).toMatchObject({ tenant: 'acme', entry: period?.id, generation: 1, supersedes: null })
    expect(manifest.totals).toMatchObject({ entries: 40, first_id: ids[0], last_id: ids.at(-1) })
    expect(manifest.verified.envelopes).toMatchObject({ checked: 40, of: 40, chosen: 'all' })
    expect(manifest.verified.blobs).toEqual({ checked: 160, cut: 0 })
    const stored = await stack.store.stat(manifestName)
    expect(stored?.lockedUntil).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    expect((await stack.store.stat(String(objects[1]?.name)))?.lockedUntil).toBeNull()

    const leaves =
      await stack.admin`SELECT leaf_hash FROM ledger_leaf WHERE entry_id = ANY(${ids}) ORDER BY log_id, leaf_index`
    const range = new CompactRange()
    for (const { leaf_hash } of leaves) range.append(leaf_hash)
    expect(manifest.merkle_root).toBe(range.root().toString('hex'))

    const entry = await stack.deps.entries.entry('acme', String(period?.id))
    expect(entry?.envelope).toMatchObject({ kind: 'archive', status: 'archived', retention_class: 'proof' })
    const detail = JSON.parse(entry?.envelope.detail ?? '') as ArchiveDetail
    expect(detail).toMatchObject({ entries: 40, merkle_root: manifest.merkle_root })
    expect(detail.manifest).toEqual({ name: manifestName, sha256: createHash('sha256').update(bytes).digest('hex') })
    for (const { name, sha256 } of detail.objects)
      expect(
        createHash('sha256')
          .update(await bytesOf(name))
          .digest('hex'),
      ).toBe(sha256)
    expect(await stack.deps.entries.proof('acme', String(period?.id))).toBeDefined()

    const people = await stack.admin`SELECT sum(entries)::int AS n FROM archive_person WHERE period_id = ${period?.id}`
    expect(people[0]?.n).toBe(40)
    expect(existsSync(stack.deps.folder) ? readdirSync(stack.deps.folder) : []).toEqual([])
  })

  it('are archived once, however often it runs', async () => {
    const before = (stack.store as unknown as ReturnType<typeof openMemoryStore>) && stack.store.stored.length
    const { counts } = await stack.run()
    expect(counts).toMatchObject({ periods: 0, entries: 0 })
    expect(stack.store.stored).toHaveLength(before)
    const entries =
      await stack.admin`SELECT count(*)::int AS n FROM ledger_entry WHERE kind = 'archive' AND tenant_id = 'acme'`
    expect(entries[0]?.n).toBe(1)
  })

  it('are apart by tenant and retention class; what is in its hot window, not sealed, or a proof is left alone', async () => {
    const day = '2026-02-01'
    await stack.plant('one', day, 6, (index) => ({ retention_class: index % 2 === 0 ? '10-20-30' : 'standard' }))
    await stack.plant('two', day, 3)
    await stack.plant('two', day, 2, () => ({ retention_class: 'proof' }))
    await stack.plant('two', day, 2, () => ({ retention_class: '20000-20000-20000' }))
    await stack.plant('two', '2026-02-02', 3)
    await stack.seal(day)
    const { counts, failures } = await stack.run()
    expect(failures).toEqual([])
    expect(counts).toMatchObject({ periods: 3, entries: 9 })
    const classes = (await periodsOf('one')).map((row) => row.retention_class)
    expect(classes).toEqual(['10-20-30', 'standard'])
    expect((await periodsOf('two')).map((row) => [row.day, row.retention_class])).toEqual([[day, 'standard']])
    const names = (await stack.admin`SELECT name FROM archive_object WHERE name LIKE 'archive/10-20-30/%'`).map(
      ({ name }) => name,
    )
    expect(names).toHaveLength(3)
    expect(names.every((name) => /^archive\/10-20-30\/(facts|content|manifest)\/one\./.test(name))).toBe(true)
  })
})
