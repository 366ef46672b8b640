import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntryDraft } from '../../../src/domain/ledger/entry-draft.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { verifyPath, words } from '../../../verify/verify.mjs'
import { repack } from '../../support/repack.ts'
import { openTestLedger, type TestLedger } from './support.ts'

describe('what cannot be opened any more', () => {
  let test: TestLedger
  let admin: postgres.Sql
  let ids: string[]
  let count = 0

  beforeAll(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 1, onnotice: () => undefined })
    await admin`SET session_replication_role = replica`
    ids = await test.append(12)
  })

  afterAll(async () => {
    await admin.end()
    await test.remove()
  })

  const idOf = (number: number) => ids[number] ?? ''
  const receipt = async (kind: 'erasure' | 'archive', said: Record<string, unknown>, tenant = 'acme') => {
    const number = ++count
    const draft: EntryDraft = test.calls.next(tenant, {
      kind,
      status: 'completed',
      subject_pseudonym: null,
      detail: jcs({ receipt: { number, ...said } }),
      coverage_digest: null,
      subject_blob_digest: null,
      prompt_blob_digest: null,
      response_blob_digest: null,
    })
    const nothing = { subjectCommitment: null, promptCommitment: null, responseCommitment: null, content: null }
    const writer = test.ledger.openWriter()
    await writer.append({ ...draft, ...nothing })
    await writer.close()
    await test.ledger.sequence()
    return { number, id: draft.envelope.id }
  }
  const erase = (id: string) => admin`DELETE FROM content WHERE entry_id = ${id}`
  const pack = async (options: Parameters<TestLedger['ledger']['packTo']>[2] = {}) => {
    const file = join(test.folder, 'pack.zip')
    await test.ledger.packTo(file, 'acme', options)
    return file
  }
  const verify = async (file: string, trust?: string[]) =>
    verifyPath(file, { trust: trust ?? (await test.ledger.trusted('acme')) })
  const leafOf = async (id: string) =>
    (await admin`SELECT leaf_index::int AS at FROM ledger_leaf WHERE entry_id = ${id}`)[0]?.at as number

  it('and no receipt explains is named, until an entry of the ledger does, which the answer then says', async () => {
    await erase(idOf(1))
    const missed = await verify(await pack())
    expect(missed).toMatchObject({ exit: 1, problems: [{ kind: 'removed', entry: idOf(1) }] })
    expect(missed.problems[0]?.what).toMatch(/cannot be opened, and no receipt explains it/)

    await receipt('erasure', { entries: [idOf(2)], subjects: ['sub_77'] })
    expect(await verify(await pack())).toMatchObject({ exit: 1, problems: [{ entry: idOf(1) }] })

    const other = await receipt('erasure', { entries: [idOf(1)] }, 'somebody-else')
    expect(await verify(await pack())).toMatchObject({ exit: 1, problems: [{ entry: idOf(1) }] })

    const { number, id } = await receipt('erasure', { entries: [idOf(1)] })
    const result = await verify(await pack())
    expect(result.problems).toEqual([])
    expect(words(result)).toContain(`erased, with receipt ${number} (entry ${id}): leaves ${await leafOf(idOf(1))}`)
    expect(words(result)).not.toContain(other.id)
  })

  it('is explained for a person by the pseudonym, in a part of the log that does not show the receipt, too', async () => {
    await erase(idOf(3))
    const { number } = await receipt('erasure', { subjects: ['sub_3'] })
    await test.append(2)
    const result = await verify(await pack({ range: { from: 0, to: 5 } }))
    expect(result.problems).toEqual([])
    expect(words(result)).toContain(`erased, with receipt ${number}`)
  })

  it('is explained for a person up to 31 days after the receipt, and not for ever', async () => {
    const { number } = await receipt('erasure', { subjects: ['sub_late'] })
    const write = async (days: number) => {
      const occurred_at = BigInt(Date.now() + days * 86_400_000) * 1000n
      const late = test.calls.next('acme', { subject_pseudonym: 'sub_late', occurred_at })
      const writer = test.ledger.openWriter()
      await writer.append(late)
      await writer.close()
      await test.ledger.sequence()
      await erase(late.envelope.id)
      return late.envelope.id
    }
    const soon = await write(30)
    const explained = await verify(await pack())
    expect(explained.problems).toEqual([])
    expect(words(explained)).toMatch(new RegExp(`with receipt ${number} .*leaves ${await leafOf(soon)}`))
    const late = await write(32)
    expect(await verify(await pack())).toMatchObject({ exit: 1, problems: [{ kind: 'removed', entry: late }] })
    await receipt('erasure', { entries: [late] })
    expect((await verify(await pack())).problems).toEqual([])
  })

  it('is explained as cut where exactly what was left is what a receipt names', async () => {
    await admin`UPDATE content SET sealed_prompt = 'cut' WHERE entry_id = ${idOf(4)}`
    const [row] = await admin`SELECT encode(sha256('cut'), 'hex') AS now`
    await receipt('erasure', { entries: [idOf(4)], cuts: [{ entry: idOf(4), group: 'prompt', now: 'ab'.repeat(32) }] })
    const missed = await verify(await pack())
    expect(missed).toMatchObject({ exit: 1, problems: [{ kind: 'changed', entry: idOf(4) }] })
    const { number } = await receipt('erasure', { cuts: [{ entry: idOf(4), group: 'prompt', now: row?.now }] })
    const result = await verify(await pack())
    expect(result.problems).toEqual([])
    expect(words(result)).toContain(`erased, with receipt ${number}`)
  })

  it('is explained for entries that are gone whole by the archive’s receipt, which names where they begin and end', async () => {
    // Entries of one millisecond have ids in any order: a range holds whatever lies in it, and here but one entry.
    const sorted = [...ids].sort()
    const from = idOf(6)
    const below = sorted[sorted.indexOf(from) + 1] ?? 'ffffffff-ffff-7fff-8fff-ffffffffffff'
    await erase(from)
    await admin`DELETE FROM ledger_entry WHERE id = ${from}`
    const missed = await verify(await pack())
    expect(missed).toMatchObject({ exit: 1, problems: [{ kind: 'removed', entry: expect.any(String) }] })
    expect(missed.problems[0]?.what).toMatch(/its entry is missing, and no receipt explains it/)
    await receipt('erasure', { entries: [from] })
    expect((await verify(await pack())).exit).toBe(1)
    const { number } = await receipt('archive', { from_id: from, below_id: below })
    const result = await verify(await pack())
    expect(result.problems).toEqual([])
    expect(words(result)).toContain(`archived, with receipt ${number}`)
  })

  it('is not explained by a receipt that is in no log of the writers: neither a row nor a member of the pack', async () => {
    await erase(idOf(10))
    const real = await receipt('erasure', { entries: [idOf(11)] })
    const forged = idOf(0).replace(/.{12}$/, 'f'.repeat(12))
    const columns = (
      await admin`SELECT column_name AS name FROM information_schema.columns
      WHERE table_name = 'ledger_entry' ORDER BY ordinal_position`
    ).map(({ name }) => name as string)
    const taken = columns.map((name) => {
      if (name === 'id') return `'${forged}'::uuid`
      if (name === 'detail') return `replace(detail, '${idOf(11)}', '${idOf(10)}')`
      return name
    })
    await admin.unsafe(
      `INSERT INTO ledger_entry (${columns.join()}) SELECT ${taken.join()} FROM ledger_entry WHERE id = '${real.id}'`,
    )
    expect(await verify(await pack())).toMatchObject({ exit: 1, problems: [{ kind: 'removed', entry: idOf(10) }] })
    await admin`DELETE FROM ledger_entry WHERE id = ${forged}`

    const file = join(test.folder, 'forged.zip')
    await repack(await pack(), file, (name, text) =>
      name === 'receipts.jsonl'
        ? text.replace(/extra ([A-Za-z0-9+/=]+)/g, (_, extra: string) => {
            // In its list alone: another receipt may name the same entry as the end of a range.
            const [own, other] = [`"entries":["${idOf(11)}"]`, `"entries":["${idOf(10)}"]`]
            const said = Buffer.from(extra, 'base64').toString('latin1').replaceAll(own, other)
            return `extra ${Buffer.from(said, 'latin1').toString('base64')}`
          })
        : text,
    )
    const result = await verify(file)
    expect(result.exit).toBe(1)
    expect(result.problems).toEqual([
      expect.objectContaining({ entry: idOf(10), kind: 'removed' }),
      expect.objectContaining({ kind: 'changed', what: expect.stringMatching(/receipt/) }),
    ])
    const { number } = await receipt('erasure', { entries: [idOf(10)] })
    expect(words(await verify(await pack()))).toContain(`erased, with receipt ${number}`)
    // The same proof by a key that the auditor does not have.
    const bare = join(test.folder, 'bare.zip')
    await repack(await pack(), bare, (name, text) =>
      name === 'receipts.jsonl' ? text.replaceAll(/(\\n\\n\S+\/g)1(\\n)/g, '$19$2') : text,
    )
    expect((await verify(bare)).problems.map(({ what }) => what).join('\n')).toMatch(/no receipt explains it/)
  })
})
