import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openLocalLogSigner } from '../../../src/adapters/kms/local/local-log-signer.ts'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { Logs } from '../../../src/adapters/postgres/ledger/logs.ts'
import { createLedgerWriter } from '../../../src/adapters/postgres/ledger/writer.ts'
import { createRequestStore } from '../../../src/adapters/postgres/requests/request-store.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { buildEntry } from '../../../src/domain/requests/build-entry.ts'
import type { AttemptOutcome, InboxRequest, PreparedRequest } from '../../../src/domain/requests/types.ts'
import type { IdempotencyClaim } from '../../../src/ports/request-store.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { inboxOf } from '../../support/inbox-request.ts'

describe('a request that two processes may work on', () => {
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql
  let inbox: InboxRequest
  let claim: IdempotencyClaim

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 3, onnotice: () => undefined })
    sql = connectService(databases.app, { max: 6, name: 'takeover' })
  })

  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.end()
    await databases.drop()
  })

  beforeEach(() => {
    inbox = inboxOf(uuidv7(Date.now(), randomBytes(10)))
    claim = { tenantId: 't', keyIndex: randomBytes(32), bodyIndex: randomBytes(32) }
  })

  const target = { provider: 'openai', model: 'm' } as const
  const process = () => createRequestStore(sql, randomUUID())
  const expire = () =>
    admin`UPDATE attempt SET lease_until = now() - interval '1 s' WHERE request_id = ${inbox.requestId}`
  const heldStatements = async () =>
    (await admin`SELECT FROM pg_stat_activity WHERE application_name = 'takeover' AND wait_event_type = 'Lock'`).length
  const stateOf = async () => {
    const rows = await admin`
      SELECT attempt_no, state FROM attempt WHERE request_id = ${inbox.requestId} ORDER BY attempt_no`
    return rows.map((row) => `${row.attempt_no} ${row.state}`)
  }
  const accept = (store = process(), acceptForMs = 60_000) => store.accept(inbox, acceptForMs, claim)
  const begin = (store = process()) => store.beginFirstAttempt(inbox.requestId, target, PREPARED, PROMPT)

  it('is left to the gateway that sent it for as long as any other, also where the database wrote it late', async () => {
    const store = process()
    inbox = { ...inbox, context: { ...inbox.context, acceptedAt: Date.now() - 40_000 } }
    await accept(store)
    const isStalled = async (afterMs: number) =>
      (await store.findStalled(afterMs, 500)).some(({ requestId }) => requestId === inbox.requestId)
    expect(await isStalled(30_000)).toBe(false)
    expect(await isStalled(0)).toBe(true)
  })

  it('is taken back once and for all, and its key is free again', async () => {
    const store = process()
    await accept(store)
    expect(await store.withdraw(inbox.requestId)).toBe(true)
    expect(await store.withdraw(inbox.requestId)).toBe(true)
    expect(await begin()).toBe('withdrawn')
    expect(await store.findIdempotent(claim)).toBeUndefined()
  })

  it('cannot be taken back once its first attempt began', async () => {
    await accept()
    expect(await begin()).toBe('begun')
    expect(await process().withdraw(inbox.requestId)).toBe(false)
    expect(await stateOf()).toEqual(['1 calling'])
  })

  it('is kept out by its withdrawal where its acceptance was left open and comes late', async () => {
    const store = process()
    // The acceptance hangs in the server, as one whose connection was cut may: a held row of the same key keeps it.
    const hold = await admin.reserve()
    await hold`BEGIN`
    await hold`
      INSERT INTO idempotency VALUES ('t', ${claim.keyIndex}, ${claim.bodyIndex}, ${randomUUID()}, now() + interval '1 h')`
    const late = accept(store).catch((error: { code?: string }) => error.code)
    await expect.poll(heldStatements, { timeout: 15_000, interval: 20 }).toBe(1)
    expect(await store.withdraw(inbox.requestId)).toBe(true)
    await hold`ROLLBACK`
    hold.release()
    expect(await late).toBe('23505')
    expect(await store.findInbox(inbox.requestId)).toBeUndefined()
    expect(await store.findIdempotent(claim)).toBeUndefined()
    expect(await begin()).toBe('withdrawn')
  })

  it('past its accept deadline is begun by nobody, and its key is free again', async () => {
    const store = process()
    await accept(store, -1)
    expect(await begin(store)).toBe('withdrawn')
    expect(await store.findIdempotent(claim)).toBeUndefined()
    expect(await store.findInbox(inbox.requestId)).toBeUndefined()
  })

  it('goes over to one of many that find its holder dead, with the next attempt on record in the same step', async () => {
    await accept()
    const dead = process()
    await begin(dead)
    expect(await process().takeOver(inbox.requestId, 1, true)).toBe('not_ours')
    await expire()
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => process().takeOver(inbox.requestId, 1, true)))
    expect(outcomes.toSorted()).toEqual(['begun', ...Array.from({ length: 5 }, () => 'not_ours')])
    expect(await stateOf()).toEqual(['1 superseded', '2 calling'])
    expect(await dead.endAttempt(inbox.requestId, 1, ANSWERED, null)).toBeNull()
  })

  it('is never called again once it had begun to deliver', async () => {
    await accept()
    const dead = process()
    await begin(dead)
    const piece = { requestId: inbox.requestId, attemptNo: 1, chunkNo: 0, sealedChunk: Buffer.from('x') }
    expect((await dead.appendPieces([piece])).size).toBe(1)
    await expire()
    expect(await process().takeOver(inbox.requestId, 1, true)).toBe('interrupted')
    expect(await process().beginNextAttempt(inbox.requestId, 2, target)).toBe(false)
    expect((await dead.appendPieces([{ ...piece, chunkNo: 1 }])).size).toBe(0)
    expect(await stateOf()).toEqual(['1 interrupted'])
  })

  it('keeps the lease of what its holder works on, not of what it only waits for', async () => {
    await accept()
    const store = process()
    await begin(store)
    await expire()
    await store.renewLeases([])
    expect((await store.newestAttempt(inbox.requestId))?.leaseExpired).toBe(true)
    await store.renewLeases([inbox.requestId])
    expect((await store.newestAttempt(inbox.requestId))?.leaseExpired).toBe(false)
  })

  describe('is recorded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-takeover-'))
    let ledger: ReturnType<typeof createLedgerWriter>

    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    beforeAll(async () => {
      const logs = new Logs(sql, await openLocalLogSigner(folder), 'palimpsest.test')
      ledger = createLedgerWriter({ sql, logs, gatewayVersion: 'test', now: Date.now })
      await admin`SELECT ledger_ensure_partitions(current_date - 1, 3)`
    })

    const draft = async () =>
      buildEntry({
        inbox,
        now: Date.now(),
        refusal: null,
        prepared: null,
        sealedPrompt: null,
        promptCommitment: null,
        sealedResponse: null,
        responseCommitment: null,
        attempts: await process().attempts(inbox.requestId),
        price: null,
        clientGone: false,
        answer: null,
      })

    const fail = async () => {
      await accept()
      const store = process()
      await begin(store)
      await store.endAttempt(inbox.requestId, 1, { ...ANSWERED, status: 'failed', retryable: true }, null)
      return store
    }

    it('once, by whoever is first', async () => {
      await fail()
      const told = await draft()
      const outcomes = await Promise.all([ledger.append(told), ledger.append(told), ledger.append(told)])
      expect(outcomes.toSorted()).toEqual(['already', 'already', 'appended'])
      expect(await stateOf()).toEqual([])
    })

    it('not with an attempt missing that began after its entry was put together', async () => {
      const store = await fail()
      const told = await draft()
      expect(await store.beginNextAttempt(inbox.requestId, 2, target)).toBe(true)
      expect(await ledger.append(told)).toBe('already')
      await store.endAttempt(inbox.requestId, 2, ANSWERED, null)
      expect(await ledger.append(told)).toBe('already')
      expect(await ledger.append(await draft())).toBe('appended')
      const [entry] = await admin`SELECT attempt_count FROM ledger_entry WHERE id = ${inbox.requestId}`
      expect(entry?.attempt_count).toBe(2)
    })

    it('and then nothing begins any more, also where that was waiting for the record', async () => {
      const store = await fail()
      const told = await draft()
      const hold = await admin.reserve()
      await hold`BEGIN`
      await hold`SELECT 1 FROM inbox WHERE request_id = ${inbox.requestId} FOR UPDATE`
      const appending = ledger.append(told)
      await expect.poll(heldStatements, { timeout: 15_000, interval: 20 }).toBe(1)
      const beginning = store.beginNextAttempt(inbox.requestId, 2, target)
      await expect.poll(heldStatements, { timeout: 15_000, interval: 20 }).toBe(2)
      await hold`COMMIT`
      hold.release()
      expect([await appending, await beginning]).toBeOneOf([
        ['appended', false],
        ['already', true],
      ])
      const [entry] = await admin`SELECT attempt_count FROM ledger_entry WHERE id = ${inbox.requestId}`
      expect(entry ? [] : ['1 failed', '2 calling']).toEqual(await stateOf())
    })
  })
})

const PREPARED: PreparedRequest = {
  route: {
    kind: 'route',
    target: { provider: 'openai', model: 'm' },
    fallbacks: [],
    reason: 'model_map',
    region: 'us',
    covered: false,
    policyVersion: 'p',
  },
  policyVersion: 'p',
  engineVersion: 'e',
  entityCounts: {},
  coverageDigest: '00'.repeat(32),
  recordSync: false,
  interactive: true,
  hipaa: false,
  purpose: null,
  lawfulBasis: null,
  retentionClass: 'standard',
  flags: [],
}

const PROMPT = { sealedPrompt: Buffer.from('p'), promptCommitment: Buffer.alloc(32), coverage: '{}', values: [] }

const ANSWERED: AttemptOutcome = {
  status: 'answered',
  statusCode: 200,
  errorCode: null,
  failureKind: null,
  providerStatus: 200,
  retryable: false,
  retryAfterMs: null,
  modelAnswered: null,
  finishReason: 'stop',
  usage: null,
  ttftMs: null,
  flags: [],
}
