import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  withArchive,
  withArchivedDisclosures,
  withArchivedEntries,
} from '../../../src/adapters/archive/read-through.ts'
import { createArchiveReader } from '../../../src/adapters/postgres/archive/reader.ts'
import { createSubjectExports } from '../../../src/adapters/postgres/exports/subject-exports.ts'
import { createDisclosureAccounts } from '../../../src/adapters/postgres/ledger/disclosure-accounts.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import type { ArchiveObjects, ArchiveReader } from '../../../src/ports/archive-reader.ts'
import type { LedgerReader } from '../../../src/ports/ledger-reader.ts'
import { dropDay, objectsOf } from '../../support/archive/past-objects.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const COLD = '2026-01-05'
const BOTH = '2026-01-06'
const HOT = '2026-01-07'

describe('entries of days that left the database', { timeout: 240_000 }, () => {
  let stack: ArchiveStack
  let archive: ArchiveReader
  let reader: LedgerReader
  let before: Map<string, unknown>
  const ids: Record<string, string[]> = {}
  let fetches = 0

  const all = () => Object.values(ids).flat()
  const read = async (id: string) => ({
    entry: await reader.entry('acme', id),
    content: await reader.content('acme', id),
    values: await reader.values('acme', id),
  })

  beforeAll(async () => {
    stack = await startArchiveStack()
    const classes = (index: number) => ({ retention_class: index % 3 === 0 ? '10-20-30' : 'standard' })
    for (const day of [COLD, BOTH, HOT]) ids[day] = await stack.plant('acme', day, 30, classes)
    ids.disclosed = await stack.plant('acme', COLD, 4, (index) => ({
      kind: 'disclosure' as const,
      status: 'disclosed',
      subject_pseudonym: `sub_${index % 2}`,
    }))
    ids.proof = await stack.plant('acme', COLD, 2, () => ({ retention_class: 'proof', subject_pseudonym: null }))
    ids.other = await stack.plant('other', COLD, 3)
    await stack.seal(COLD)
    await stack.seal(BOTH)
    const { failures } = await stack.run()
    expect(failures).toEqual([])

    const { ledger, folder } = stack.test
    const local = objectsOf(stack.store, join(folder, 'objects'))
    const counted: ArchiveObjects = {
      local(name, sha256) {
        fetches += 1
        return local.local(name, sha256)
      },
    }
    archive = createArchiveReader({ sql: ledger.sql, objects: counted })
    reader = withArchive(stack.deps.entries, archive)
    before = new Map()
    for (const id of all()) before.set(id, await read(id))
    await dropDay(stack.admin, COLD)
  }, 300_000)
  afterAll(() => stack.close())

  it('are read as they were: every field of the envelope, commitments, sealed text and coverage', async () => {
    for (const day of [COLD, 'disclosed'] as const) {
      for (const id of (ids[day] ?? []).slice(0, 10)) {
        const { entry, content, values } = await read(id)
        const was = before.get(id) as Awaited<ReturnType<typeof read>>
        expect(entry?.archive).toMatch(/^[0-9a-f-]{36}$/)
        expect(plain(entry?.envelope)).toEqual(plain(was.entry?.envelope))
        expect(plain(entry?.commitments)).toEqual(plain(was.entry?.commitments))
        expect(plain(entry?.envelopeNonce)).toEqual(plain(was.entry?.envelopeNonce))
        expect(plain(content)).toEqual(plain(was.content))
        expect(values).toEqual([])
        expect(await reader.proof('acme', id)).toMatchObject({ leafIndex: expect.any(Number) })
      }
    }
  })

  it('that are in the database and in the archive are read from the database', async () => {
    fetches = 0
    for (const id of [...(ids[BOTH] ?? []), ...(ids[HOT] ?? []), ...(ids.proof ?? [])].slice(0, 70)) {
      const { entry } = await read(id)
      expect(entry?.envelope.id).toBe(id)
      expect(entry?.archive).toBeUndefined()
    }
    expect(fetches).toBe(0)
  })

  it('are unknown to another tenant, and what nobody wrote is unknown, without a look at any object', async () => {
    fetches = 0
    const cold = ids[COLD]?.[0] ?? ''
    expect(await reader.entry('other', cold)).toBeUndefined()
    expect(await reader.content('other', cold)).toBeUndefined()
    const made = uuidv7(Date.parse(`${COLD}T10:00:00Z`), randomBytes(10))
    expect(await reader.entry('acme', made)).toBeUndefined()
    expect(await reader.entry('acme', uuidv7(Date.now(), randomBytes(10)))).toBeUndefined()
    expect(fetches).toBe(0)
  })

  it('stand in the list of entries in the order of their leaves, none twice, none missing', async () => {
    const seen: string[] = []
    for (let after = -1; ; ) {
      const page = await reader.page('acme', after, 25)
      if (page.length === 0) break
      for (const { leafIndex, entryId, entry } of page) {
        expect(leafIndex).toBe(after + 1)
        expect(entry?.envelope.id).toBe(entryId)
        seen.push(entryId)
        after = leafIndex
      }
    }
    const known = await stack.admin`
      SELECT entry_id FROM ledger_leaf JOIN ledger_log USING (log_id) WHERE tenant_id = 'acme' ORDER BY leaf_index`
    expect(seen).toEqual(known.map((row) => row.entry_id))
    expect(all().filter((id) => !ids.other?.includes(id) && !seen.includes(id))).toEqual([])
  })

  it('are in a person’s export and accounting of disclosures once each, in order, over both', async () => {
    const { sql } = stack.test.ledger
    const exports = withArchivedEntries(createSubjectExports(sql), archive)
    const accounts = withArchivedDisclosures(createDisclosureAccounts(sql), archive)
    const expected = [...before.values()]
      .map((one) => (one as Awaited<ReturnType<typeof read>>).entry?.envelope)
      .filter((envelope) => envelope?.subject_pseudonym === 'sub_1')
      .map((envelope) => ({ id: envelope?.id ?? '', kind: envelope?.kind }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(expected.length).toBeGreaterThan(2)
    const found: string[] = []
    for (let after: string | null = null; ; ) {
      const some = await exports.entries('acme', 'sub_1', after, 2)
      for (const { envelope, content } of some) {
        found.push(envelope.id)
        expect(content?.sealedPrompt).toBeInstanceOf(Uint8Array)
      }
      after = some.at(-1)?.envelope.id ?? null
      if (after === null) break
    }
    expect(found).toEqual(expected.map(({ id }) => id))
    const page = { after: null, from: null, to: null, limit: 100 }
    const shown = await accounts.ofSubject('acme', 'sub_1', page)
    expect(shown.map(({ envelope }) => envelope.id)).toEqual(
      expected.filter(({ kind }) => kind === 'disclosure').map(({ id }) => id),
    )
    expect(shown.every(({ sealedPurpose }) => sealedPurpose !== null)).toBe(true)
    const [first] = shown
    const at = Number((first?.envelope.occurred_at ?? 0n) / 1000n)
    expect((await accounts.ofSubject('acme', 'sub_1', { ...page, to: at })).length).toBe(0)
    expect((await accounts.ofSubject('acme', 'sub_1', { ...page, from: at })).length).toBe(shown.length)
  })

  it('that lie where they have to be restored first are not unknown: the store’s own answer is given', async () => {
    const pending = new PalimpsestError({ code: 'archive_restore_pending', status: 503, message: 'Later.' })
    const slow = createArchiveReader({
      sql: stack.test.ledger.sql,
      objects: { local: () => Promise.reject(pending) },
    })
    await expect(withArchive(stack.deps.entries, slow).entry('acme', ids[COLD]?.[0] ?? '')).rejects.toBe(pending)
  })

  it('of which the archive has another version than the leaf says are an error, never an answer', async () => {
    const id = ids[COLD]?.[5] ?? ''
    await stack.admin.begin(async (sql) => {
      await sql`ALTER TABLE ledger_leaf DISABLE TRIGGER ALL`
      await sql`UPDATE ledger_leaf SET leaf_hash = sha256(leaf_hash) WHERE entry_id = ${id}`
      await sql`ALTER TABLE ledger_leaf ENABLE TRIGGER ALL`
    })
    const anew = createArchiveReader({
      sql: stack.test.ledger.sql,
      objects: objectsOf(stack.store, join(stack.test.folder, 'objects-anew')),
    })
    await expect(anew.find('acme', id)).rejects.toMatchObject({ code: 'archive_entry_changed', status: 500 })
  })

  it('of a period that has ended are gone, and the answer names the entry that says so', async () => {
    const id = (ids.other ?? [])[0] ?? ''
    const [period] = await stack.admin`
      UPDATE archive_period SET expired_by = gen_random_uuid(), expired_at = now() WHERE tenant_id = 'other' RETURNING *`
    await stack.admin`UPDATE archive_object SET state = 'removed' WHERE period_id = ${period?.id} AND part <> 'manifest'`
    await expect(reader.entry('other', id)).rejects.toMatchObject({ code: 'entry_expired', status: 410 })
    await expect(reader.entry('other', id)).rejects.toThrow(String(period?.expired_by))
    const page = await reader.page('other', -1, 100)
    const listed = page.find(({ entryId }) => entryId === id)
    expect(listed).toMatchObject({ entry: null, expiredBy: [period?.expired_by] })
    expect(await reader.entry('acme', id)).toBeUndefined()
  })
})

/** Bytes as hex, so that a Buffer and a Uint8Array of the same bytes are the same. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}
