import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLedgerRounds } from '../../../src/compose/ledger-rounds.ts'
import { openStores } from '../../../src/compose/stores.ts'
import { anchorNow, type Backup, Backups, recoverLedger, verifyGateway } from '../../support/erasure/restore.ts'
import { type ErasureStack, policiesOf, startErasureStack } from '../../support/erasure/stack.ts'
import { startTestGateway } from '../../support/gateway.ts'
import { KEYS_YAML } from '../../support/vendor-gateway.ts'

/** Tool `loose` redacts cards alone, so that what it is told of others is missed. */
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      loose: { redaction: { entities: [CREDIT_CARD] } }
`
const WAIT = { timeout: 120_000, interval: 100 }
const LOOSE = { headers: { 'x-tool-name': 'loose' } }
const ANN = { user: 'ann', identifiers: [{ type: 'EMAIL_ADDRESS', value: 'ann.lee@example.com' }] }

describe('databases that are restored from before an erasure', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-erased-'))
  const tombstones = join(folder, 'anchors', 'tombstones', 'palimpsest-local')
  let stack: ErasureStack
  let backups: Backups
  let before: Backup
  let ids: { ann: string; bob: string; carl: string }
  let receipt: number | null
  let erased: { annKey: string; annPseudonym: string; doraKey: string }

  const start = (existing?: ErasureStack) =>
    startErasureStack({
      config: CONFIG,
      folder,
      ...(existing && { databases: existing.gateway.databases, taskQueue: existing.gateway.taskQueue }),
    })
  const halt = async () => {
    await Promise.all([stack.stores.close(), stack.sql.end({ timeout: 5 })])
    await stack.gateway.stop()
  }
  const subjectOf = async (entry: string) => {
    const [row] = await stack.sql`
      SELECT d.* FROM ledger_entry e JOIN data_subject d ON d.pseudonym = e.subject_pseudonym WHERE e.id = ${entry}`
    return row as { pseudonym: string; data_key_id: string; blind_index: Buffer | null; erasure_token: string | null }
  }
  const stateOfKey = (keyId: string) =>
    stack.stores.keys.dataKey(keyId).then(
      () => 'live',
      (error: { code?: string }) => error.code,
    )
  const disclose = (entry: string) => stack.officer(`/v1/requests/${entry}/disclosures`, { purpose: 'to look' })
  const numbers = async () => {
    const of = async (part: keyof Backup, table: string) =>
      Number((await backups.run(part, `SELECT number FROM ${table}`))[0]?.number)
    return {
      ledger: await of('ledger', 'tombstones_applied'),
      keystore: await of('keystore', 'keystore.tombstones_applied'),
    }
  }
  const files = () => (existsSync(tombstones) ? readdirSync(tombstones).filter((name) => name.endsWith('.json')) : [])
  const verify = (...args: string[]) => verifyGateway(stack.gateway.url, args)
  const recover = () => recoverLedger(stack.gateway.databases, folder)
  const receipts = async () => {
    const rows = await stack.sql`
      SELECT detail FROM ledger_entry WHERE kind = 'erasure' AND status = 'carried_out_again' ORDER BY id`
    return rows.map(
      (row) =>
        JSON.parse(row.detail) as {
          tombstone: number
          receipt: { number: number; subjects: string[]; entries: string[] }
        },
    )
  }
  /** Ann is nowhere to be read: not herself, not in Bob's values, not in what Carl wrote. */
  const expectGone = async () => {
    expect(await stateOfKey(erased.annKey)).toBe('key_destroyed')
    expect(await subjectOf(ids.ann)).toMatchObject({ blind_index: null, erasure_token: expect.stringMatching(/^del_/) })
    const left = await stack.sql`
      SELECT (SELECT count(*) FROM content WHERE entry_id = ${ids.ann})::integer AS content,
             (SELECT count(*) FROM pii_value WHERE entry_id = ${ids.ann})::integer AS values,
             (SELECT count(*) FROM pii_value WHERE entry_id = ${ids.bob})::integer AS of_bob`
    expect(left).toEqual([{ content: 0, values: 0, of_bob: 1 }])
    await expect.poll(async () => JSON.stringify((await disclose(ids.bob)).body), WAIT).toContain('bob@example.com')
    for (const entry of Object.values(ids)) {
      expect(JSON.stringify((await disclose(entry)).body)).not.toMatch(/ann\.lee/i)
    }
  }

  beforeAll(async () => {
    stack = await start()
    backups = new Backups(stack.gateway.databases)
    ids = {
      ann: await stack.say('ann', 'I am ann.lee@example.com'),
      bob: await stack.say('bob', 'write to ann.lee@example.com and bob@example.com'),
      carl: await stack.say('carl', 'Carl here. Ask ann.lee@example.com about it, or me.', LOOSE),
    }
    const { data_key_id: annKey, pseudonym: annPseudonym } = await subjectOf(ids.ann)
    before = await backups.take('before')
    const { data_key_id: doraKey } = await subjectOf(await stack.say('dora', 'I came later'))
    erased = { annKey, annPseudonym, doraKey }
    const cases = [await stack.erase({ user: 'dora' }), await stack.erase(ANN)]
    for (const one of cases) await stack.awaitState(one, 'completed')
    receipt = (await stack.awaitState(cases[1] as string, 'completed')).receipt
  }, 300_000)

  afterAll(async () => {
    await stack.close()
    await backups.drop()
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)

  it('would hold what the erasure took away, which stands in the anchor store', async () => {
    await expect.poll(files, WAIT).not.toHaveLength(0)
    await expect.poll(numbers, WAIT).toEqual({ ledger: files().length, keystore: files().length })
    await anchorNow(stack)
    await expectGone()
    expect(await verify()).toMatchObject({ exit: 0, problems: [] })
  })

  it('hold nothing of the person when they are readable, and once recovered the ledger says what is gone, under the same number', async () => {
    const done = files().length
    await halt()
    await backups.restore(before)
    expect(await numbers()).toEqual({ ledger: 0, keystore: 0 })
    stack = await start(stack)
    // Before anything is served, and though nothing may be written yet.
    expect(await numbers()).toEqual({ ledger: done, keystore: done })
    expect(await stateOfKey(erased.annKey)).toBe('key_destroyed')
    // Her key is younger than the backup, and destroyed all the same.
    expect(await stateOfKey(erased.doraKey)).toBe('key_destroyed')
    expect(await disclose(ids.bob)).toMatchObject({ status: 503, body: { error: { code: 'ledger_restored' } } })
    expect(await receipts()).toEqual([])

    expect((await recover())[0]).toContain('not older than the last erasure')
    await expect.poll(async () => (await disclose(ids.bob)).status, WAIT).toBe(200)
    await expectGone()
    // What mentions Ann in Carl's text is gone with the text: the restored database does not know what the cut had left.
    await expect.poll(async () => (await receipts()).flatMap((one) => one.receipt.entries), WAIT).toEqual([ids.carl])
    const ofAnn = (await receipts()).filter((one) => one.receipt.number === receipt)
    expect(ofAnn.flatMap((one) => one.receipt.subjects)).toEqual([erased.annPseudonym])
    await expect.poll(async () => (await verify()).notes.join('\n'), WAIT).toContain(`erased, with receipt ${receipt}`)
    const keys = (await verify()).signers.flatMap((key) => ['--trust', key])
    const { problems } = await verify('--anchors', join(folder, 'anchors', 'anchors', 'palimpsest-local'), ...keys)
    expect(problems.map(({ kind }) => kind)).toEqual(['lost'])
  })

  it('are dealt with by a recovery too, before it opens the ledger', async () => {
    await halt()
    await backups.restore(before)
    expect((await recover())[0]).toContain(`Carried out again: ${files().length} tombstones`)
    expect(await numbers()).toEqual({ ledger: files().length, keystore: files().length })
    // Two gateways that start at once find the ledger without receipts.
    const { databases, taskQueue } = stack.gateway
    const other = startTestGateway({ config: CONFIG, folder, databases, taskQueue })
    stack = await start(stack)
    await (await other).stop()
    await expectGone()
    await expect
      .poll(async () => new Set((await receipts()).flatMap((one) => one.receipt.entries)), WAIT)
      .toEqual(new Set([ids.carl]))
  })

  it('are noticed under a gateway that runs, and nobody reads what was erased in between', async () => {
    const done = files().length
    await backups.restore(before, ['ledger'])
    const seen: string[] = []
    const until = Date.now() + 60_000
    for (let status = 0; status !== 200 && Date.now() < until; ) {
      const shown = await stack.officer(`/v1/requests/${ids.bob}/disclosures`, { purpose: 'to look' })
      seen.push(JSON.stringify(shown.body))
      status = shown.status
      if ((await numbers()).ledger === done) break
    }
    expect(seen.join('\n')).not.toMatch(/ann\.lee/i)
    await expect.poll(numbers, WAIT).toEqual({ ledger: done, keystore: done })
    await backups.restore(before, ['keystore'])
    await expect.poll(numbers, WAIT).toEqual({ ledger: done, keystore: done })
    await expect.poll(() => stateOfKey(erased.annKey), WAIT).toBe('key_destroyed')
    await recover()
    await expect.poll(async () => (await disclose(ids.bob)).status, WAIT).toBe(200)
    await expectGone()
  })

  it('are not opened by a process that looks before they are dealt with', async () => {
    const done = files().length
    await stack.gateway.stop()
    await backups.restore(before, ['keystore'])
    const { gate, tombstones: own } = stack.stores
    await expect(gate.requireReplayed()).rejects.toMatchObject({ code: 'erasures_not_replayed', status: 503 })
    await own.watch.check()
    await expect(gate.requireReplayed()).resolves.toBeUndefined()
    expect(await numbers()).toEqual({ ledger: done, keystore: done })
    // Died between the two databases: what is done is done once more, and what is whole stays whole.
    await backups.run('keystore', 'UPDATE keystore.tombstones_applied SET number = 0')
    const digest = async () => stack.sql`SELECT entry_id, md5(content::text) FROM content ORDER BY 1`
    const whole = await digest()
    await expect(gate.requireReplayed()).rejects.toMatchObject({ code: 'erasures_not_replayed' })
    await own.watch.check()
    expect(await digest()).toEqual(whole)
    expect(await numbers()).toEqual({ ledger: done, keystore: done })
  })

  it('are served to nobody while a tombstone is away, missing or changed, and then they are', async () => {
    const [first = '', ...rest] = files().map((name) => join(tombstones, name))
    const last = rest.at(-1) ?? first
    const aside = `${first}.aside`
    const inPlace = (put: () => void) => () => {
      renameSync(first, aside)
      put()
    }
    const breakings: [string, () => void][] = [
      // A store that does not answer: what stands under the name cannot be read.
      ['erasures_not_replayed', inPlace(() => mkdirSync(first))],
      ['tombstones_missing', inPlace(() => undefined)],
      ['tombstone_malformed', inPlace(() => writeFileSync(first, `${readFileSync(aside, 'utf8')} `))],
      // Whole, and of another number: somebody has copied one over it.
      ['tombstone_malformed', inPlace(() => writeFileSync(first, readFileSync(last)))],
    ]
    const { settings } = stack.gateway
    for (const [code, breakIt] of breakings) {
      await backups.run('keystore', 'UPDATE keystore.tombstones_applied SET number = 0')
      breakIt()
      const stores = await openStores(settings)
      // It starts, and refuses what it is asked.
      const rounds = await startLedgerRounds(stores, policiesOf(settings), settings.log)
      expect(() => rounds.require()).toThrow(expect.objectContaining({ code, status: 503 }))
      await expect(stores.gate.requireReplayed()).rejects.toMatchObject({ code })
      await expect(rounds.round(), code).rejects.toThrow()
      expect((await numbers()).keystore).toBe(0)
      rmSync(first, { recursive: true, force: true })
      renameSync(aside, first)
      await rounds.round()
      rounds.require()
      await stores.gate.requireReplayed()
      await stores.close()
    }
    await Promise.all([stack.stores.close(), stack.sql.end({ timeout: 5 })])
    stack = await start(stack)
    await expectGone()
  })

  it('are not got ahead of while an erasure runs, unless a gateway starts; and it counts the same then', async () => {
    const eve = await stack.say('eve', 'I am eve.moss@example.com')
    const { data_key_id: key } = await subjectOf(eve)
    const { id: caseId, reference } = await stack.openCase({ user: 'eve' })
    await stack.step('claimErasure', { reference })
    await stack.step('resolvePerson', { caseId })
    const { entry } = await stack.step('announceErasure', { caseId })
    await stack.step('awaitLeaf', { entry, tenant: 'dev' })
    const done = await numbers()
    const { number } = await stack.step('publishTombstones', { caseId })
    expect(done).toEqual({ ledger: number - 1, keystore: number - 1 })
    // Once more, as after a crash: its own is there.
    expect(await stack.step('publishTombstones', { caseId })).toEqual({ number })
    await stack.stores.tombstones.watch.check()
    expect(await numbers()).toEqual(done)
    expect(await stateOfKey(key)).toBe('live')
    const { settings } = stack.gateway
    const starting = await openStores(settings)
    await startLedgerRounds(starting, policiesOf(settings), settings.log)
    await starting.close()
    expect(await numbers()).toEqual({ ledger: number, keystore: number })
    await expect.poll(() => stateOfKey(key), WAIT).toBe('key_destroyed')
    expect(await stack.step('detachIdentity', { caseId })).toEqual({ subjects: 1 })
    expect(await stack.step('destroyKeys', { caseId })).toEqual({ keys: 1 })
    expect(await stack.step('endInFlight', { caseId })).toEqual({ requests: 0 })
    expect(await stack.step('deleteContent', { caseId })).toEqual({ entries: 1, values: 1 })
    const receiptsOfCase = await stack.sql`
      SELECT status FROM ledger_entry WHERE kind = 'erasure' AND detail::jsonb ->> 'case' = ${caseId}`
    expect(receiptsOfCase).toEqual([{ status: 'requested' }])
  })

  it('do not give back whom an erasure was about, once it has ended', async () => {
    await stack.say('fay', 'I am fay.hill@example.com')
    const { id: caseId, reference } = await stack.openCase({ user: 'fay' })
    await stack.step('claimErasure', { reference })
    const during = await backups.take('during')
    const [row] = await stack.sql`SELECT case_key_id FROM erasure_case WHERE id = ${caseId}`
    expect(await stateOfKey(row?.case_key_id)).toBe('live')
    await stack.step('destroyCaseKey', { caseId })
    await stack.stores.erasure.progress.move(caseId, 'failed', 'test')
    await halt()
    await backups.restore(during)
    stack = await start(stack)
    expect(await stateOfKey(row?.case_key_id)).toBe('key_destroyed')
    const [restored] = await stack.sql`SELECT sealed_request, request_index FROM erasure_case WHERE id = ${caseId}`
    expect(restored).toEqual({ sealed_request: null, request_index: null })
  })
})
