import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createEndInFlight } from '../../../activities/erasure/end-in-flight.ts'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createErasureInFlight } from '../../../src/adapters/postgres/erasure/in-flight.ts'
import { createRequestStarter, requestWorkflowId } from '../../../src/adapters/temporal/request-starter.ts'
import { type Keystore, openKeystore } from '../../../src/compose/keystore.ts'
import { keepHistory } from '../../e2e/history/recorded.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      nightly: { interactive: false }
`
const WAIT = { timeout: 60_000, interval: 50 }

describe('a person who is erased while their request is in flight', () => {
  let setup: VendorGateway
  let elsewhere: Keystore
  let connection: NativeConnection
  let client: Client
  let sql: Sql
  let user: string
  let users = 0

  beforeAll(async () => {
    setup = await startVendorGateway({ config: CONFIG })
    elsewhere = await openKeystore(setup.gateway.settings)
    connection = await NativeConnection.connect({ address: inject('stack').temporalAddress })
    client = new Client({ connection })
    sql = connectService(setup.gateway.databases.app, { max: 2, name: 'erased-test' })
  })
  afterAll(async () => {
    await Promise.all([elsewhere.close(), connection.close(), sql.end({ timeout: 5 })])
    await setup.close()
  })
  beforeEach(() => {
    setup.openai.reset()
    setup.openai.always({})
    user = `user-${++users}`
  })

  const chat = (content: string, options: { headers?: Record<string, string>; body?: object } = {}) =>
    setup.chat(content, { headers: options.headers ?? {}, body: { user, ...options.body } })

  /** The one whose request is in flight. */
  const subjectInFlight = async () => {
    const [row] = await setup.sql`SELECT subject_pseudonym AS pseudonym, data_key_id FROM inbox LIMIT 1`
    return row as { pseudonym: string; data_key_id: string }
  }
  const detached = async (pseudonym: string) => {
    await setup.sql`
      UPDATE data_subject SET blind_index = NULL, sealed_user_id = NULL, sealed_session_secret = NULL,
        erasure_token = ${`del_${pseudonym}`}, erased_at = now() WHERE pseudonym = ${pseudonym}`
  }
  /** As another process does it. */
  const erase = async ({ pseudonym, data_key_id: keyId }: { pseudonym: string; data_key_id: string }) => {
    await detached(pseudonym)
    await elsewhere.keys.destroyDataKey(keyId)
  }
  const endInFlight = async (pseudonym: string) => {
    const caseId = randomUUID()
    await setup.sql`INSERT INTO erasure_subject VALUES (${caseId}, ${pseudonym}, ${randomUUID()}, 'del_x')`
    const starter = createRequestStarter(client, setup.gateway.taskQueue)
    const step = createEndInFlight({ requestsLeft: createErasureInFlight(sql), starter, now: Date.now })
    return new MockActivityEnvironment().run(step, { caseId }) as Promise<{ requests: number }>
  }
  const attempt = async (state: string) => {
    const newest = async () => (await setup.sql`SELECT request_id FROM attempt WHERE state = ${state}`)[0]
    await expect.poll(newest, WAIT).toBeDefined()
    return (await newest())?.request_id as string
  }
  const historyOf = (id: string) => client.workflow.getHandle(requestWorkflowId(id)).fetchHistory()
  const endOf = async (id: string) => {
    const entry = await awaitEntry(setup.sql, id)
    const [left] = await setup.sql`
      SELECT (SELECT count(*) FROM inbox WHERE request_id = ${id}) + (SELECT count(*) FROM attempt WHERE request_id = ${id})
           + (SELECT count(*) FROM attempt_chunk WHERE request_id = ${id})
           + (SELECT count(*) FROM content WHERE entry_id = ${id})
           + (SELECT count(*) FROM pii_value WHERE entry_id = ${id}) AS rows`
    const failure = await client.workflow
      .getHandle(requestWorkflowId(id))
      .result()
      .catch((error: { cause?: { type?: string } }) => error.cause?.type)
    expect({ left: Number(left?.rows), failure }).toEqual({ left: 0, failure: 'subject_erased' })
    expect(entry).toMatchObject({
      error_code: 'subject_erased',
      status_code: 410,
      subject_blob_digest: null,
      prompt_blob_digest: null,
      response_blob_digest: null,
      coverage_digest: null,
    })
    return { entry, attempts: JSON.parse(entry.attempts ?? '[]') as { state: string; failure: string | null }[] }
  }

  it('is told so while the provider is asked, and the attempt is all that the entry has; a repeated key hears the same', async () => {
    setup.openai.always({ delayMs: 120_000 })
    const headers = { 'idempotency-key': 'erased in the middle', 'x-session-id': 'morning' }
    const answer = chat('I am ann.lee@example.com', { headers })
    const id = await attempt('calling')
    await erase(await subjectInFlight())
    await expectError(await answer, 410, 'subject_erased')
    const { entry, attempts } = await endOf(id)
    expect(entry).toMatchObject({ status: 'failed', kind: 'interaction', attempt_count: 1, has_pii: true })
    expect(attempts).toMatchObject([{ state: 'failed', failure: 'aborted' }])
    expect(setup.openai.count).toBe(1)
    // The key was stored for the request; who asks again belongs to a new pseudonym and asks for the old request.
    await expectError(await chat('I am ann.lee@example.com', { headers }), 410, 'subject_erased')
    expect(setup.openai.count).toBe(1)
  })

  it('hears the end of a stream as an error, and what was delivered of it is not kept', async () => {
    setup.openai.always({ text: 'word '.repeat(200), pieceDelayMs: 300 })
    const stream = await chat('tell me a story', { body: { stream: true } })
    const id = requestIdOf(stream)
    await attempt('delivering')
    await erase(await subjectInFlight())
    const text = await stream.text()
    expect(text).toContain('"code":"subject_erased"')
    expect(text).not.toContain('[DONE]')
    const { entry, attempts } = await endOf(id)
    expect(entry).toMatchObject({ status: 'failed', attempt_count: 1 })
    expect(attempts).toMatchObject([{ state: 'interrupted' }])
  })

  it('is not waited for where Temporal would try again in hours, and nothing is asked any more', async () => {
    setup.openai.always({ status: 429, headers: { 'retry-after': '3600' } })
    const answer = chat('tonight', { headers: { 'x-tool-name': 'nightly' } })
    const id = await attempt('failed')
    const subject = await subjectInFlight()
    await erase(subject)
    expect(await endInFlight(subject.pseudonym)).toEqual({ requests: 1 })
    await expectError(await answer, 410, 'subject_erased')
    const { attempts } = await endOf(id)
    expect(attempts).toMatchObject([{ state: 'failed', failure: 'rate_limited' }])
    keepHistory('erased-waiting', await historyOf(id))
    expect(setup.openai.count).toBe(1)
  })

  it('is not waited for between the tries of an activity', async () => {
    setup.openai.script({ status: 429, headers: { 'retry-after': '1' } })
    setup.openai.always({ status: 429, headers: { 'retry-after': '3600' } })
    const answer = chat('tonight', { headers: { 'x-tool-name': 'nightly' } })
    await expect.poll(() => setup.openai.count, WAIT).toBe(2)
    const id = await attempt('failed')
    const subject = await subjectInFlight()
    await erase(subject)
    expect(await endInFlight(subject.pseudonym)).toEqual({ requests: 1 })
    await expectError(await answer, 410, 'subject_erased')
    expect((await endOf(id)).attempts).toHaveLength(2)
    keepHistory('erased-trying', await historyOf(id))
    expect(setup.openai.count).toBe(2)
  })

  it('has accepted requests that nobody started, and attempts whose holders are dead, ended by their own workflows', async () => {
    setup.openai.always({ delayMs: 120_000 })
    const answer = chat('and the rest')
    const id = await attempt('calling')
    const twinOf = async (digit: string) => {
      const twin = `${id.slice(0, -1)}${digit}`
      await setup.sql`
        INSERT INTO inbox SELECT (json_populate_record(i, json_build_object('request_id', ${twin}::text))).*
        FROM inbox i WHERE request_id = ${id}`
      return twin
    }
    const digits = [...'0123456789'].filter((digit) => !id.endsWith(digit))
    const [accepted = '', calling = '', delivering = ''] = await Promise.all(digits.slice(0, 3).map(twinOf))
    await setup.sql`UPDATE inbox SET started = false WHERE request_id = ${accepted}`
    for (const [twin, state] of [
      [calling, 'calling'],
      [delivering, 'delivering'],
    ]) {
      const other = { request_id: twin, owner: randomUUID(), state, lease_until: new Date(Date.now() - 1000) }
      await setup.sql`
        INSERT INTO attempt SELECT (json_populate_record(a, ${JSON.stringify(other)}::text::json)).*
        FROM attempt a WHERE request_id = ${id}`
      await setup.sql`INSERT INTO attempt_chunk VALUES (${twin!}, 1, 0, 'sealed')`
    }
    const subject = await subjectInFlight()
    await erase(subject)
    expect(await endInFlight(subject.pseudonym)).toEqual({ requests: 4 })
    await expectError(await answer, 410, 'subject_erased')
    await endOf(id)
    expect((await endOf(accepted)).entry).toMatchObject({ status: 'refused', kind: 'refusal', attempt_count: 0 })
    expect((await endOf(calling)).attempts).toMatchObject([{ state: 'superseded' }])
    expect((await endOf(delivering)).attempts).toMatchObject([{ state: 'interrupted' }])
    expect(setup.openai.count).toBe(1)
  })

  it('begins anew with the next request, also in a process that has not heard of it', async () => {
    const { subject_pseudonym: pseudonym } = await awaitEntry(setup.sql, requestIdOf(await chat('hello')))
    // Detached, and the news of the destroyed key is still under way.
    await detached(pseudonym)
    const again = await chat('hello again')
    expect(again.status).toBe(200)
    const entry = await awaitEntry(setup.sql, requestIdOf(again))
    expect(entry.subject_pseudonym).not.toBe(pseudonym)
  })

  it('leaves answers behind that are neither given again nor shown, with an error that says so', async () => {
    const headers = { 'idempotency-key': 'answered before' }
    const first = await chat('remember me', { headers })
    expect(first.status).toBe(200)
    const id = requestIdOf(first)
    const entry = await awaitEntry(setup.sql, id)
    const [key] = await setup.sql`SELECT data_key_id FROM data_subject WHERE pseudonym = ${entry.subject_pseudonym}`
    await erase({ pseudonym: entry.subject_pseudonym, data_key_id: key?.data_key_id })
    // Before the content itself is deleted.
    await expect.poll(async () => (await chat('remember me', { headers })).status, WAIT).toBe(410)
    await expectError(await chat('remember me', { headers }), 410, 'answer_erased')
    const shown = await setup.gateway.call(`/v1/requests/${id}/disclosures`, {
      key: TEST_KEYS.privacy,
      body: { purpose: 'to see' },
    })
    await expectError(shown, 410, 'no_text')
  })
})
