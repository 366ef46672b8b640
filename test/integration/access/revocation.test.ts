import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabases } from '../../support/databases.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import {
  awaitEntry,
  expectError,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

/** Milliseconds after which a revoked key is honoured nowhere. */
const BOUND_MS = 1_000

interface Key {
  id: string
  key: string
}

describe('a key that is revoked at one gateway', { timeout: 120_000 }, () => {
  let near: VendorGateway
  let far: TestGateway
  let proxy: TcpProxy
  beforeAll(async () => {
    const databases = await createDatabases()
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-gateways-'))
    const shared = { folder, taskQueue: `test-${databases.app.split('/').at(-1)}` }
    near = await startVendorGateway({ databases, ...shared })
    proxy = await startTcpProxy(databases.app)
    far = await startTestGateway({ databases: { ...databases, app: proxy.through(databases.app) }, ...shared })
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await far.stop()
    await near.close()
    await proxy.close()
  })

  const make = async (): Promise<Key> => {
    const response = await near.gateway.call('/v1/keys', { key: TEST_KEYS.admin, body: { roles: ['app'] } })
    return (await response.json()) as Key
  }
  const revoke = async ({ id }: Key) => {
    const response = await near.gateway.call(`/v1/keys/${id}`, { key: TEST_KEYS.admin, method: 'DELETE' })
    expect(response.status).toBe(200)
  }
  const askFar = (key: string) => far.call('/v1/models', { key })
  /** The other gateway may have connected anew a moment ago. */
  const untilTaken = async (key: string) => {
    for (let tries = 0; tries < 100; tries++) {
      if ((await askFar(key)).status === 200) return
      await sleep(100)
    }
    throw new Error('the other gateway does not take the key')
  }

  it('is taken at once by the others when it is made, and within a second no more when it is revoked', async () => {
    const made = await make()
    expect((await askFar(made.key)).status).toBe(200)
    await revoke(made)
    await sleep(BOUND_MS)
    await expectError(await askFar(made.key), 401, 'key_revoked')
  })

  it('is taken no more by one whose listening connection is lost again and again', async () => {
    const made = await make()
    await untilTaken(made.key)
    const lose = () => near.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'palimpsest-api-keys' AND datname = current_database()`
    await lose()
    await revoke(made)
    await lose()
    await sleep(BOUND_MS)
    await expectError(await askFar(made.key), 401, 'key_revoked')
  })

  it('is taken no more by one that hears nothing of the database: its keys are refused until it does', async () => {
    const [revoked, kept] = [await make(), await make()]
    await untilTaken(revoked.key)
    proxy.mute()
    await revoke(revoked)
    await sleep(BOUND_MS)
    for (const { key } of [revoked, kept]) await expectError(await askFar(key), 503, 'keys_unavailable')
    // A key of the configuration needs no database to be known.
    expect((await askFar(TEST_KEYS.app)).status).toBe(200)
    proxy.heal()
    await untilTaken(kept.key)
    await expectError(await askFar(revoked.key), 401, 'key_revoked')
  })

  it('in the middle of a stream: what was accepted goes on to its end and is recorded, and nothing more is accepted', async () => {
    const made = await make()
    near.openai.script({ text: 'one two three four five six seven eight', pieceDelayMs: 1_000 })
    const response = await near.chat('hello', { key: made.key, body: { stream: true } })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('one')) text += (await reader?.read())?.value ?? ''
    expect(text).not.toContain('eight')
    await revoke(made)
    await expectError(await near.chat('hello', { key: made.key }), 401, 'key_revoked')
    for (;;) {
      const piece = await reader?.read()
      if (!piece || piece.done) break
      text += piece.value
    }
    expect(text).toContain('eight')
    expect(text).toContain('[DONE]')
    const entry = await awaitEntry(near.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'answered', api_key_id: made.id })
  })

  it('cannot come back by the configuration: a gateway that has it there does not start', async () => {
    const made = await make()
    const config = `
tenants:
  - id: dev
    region: us
    keys: [{ key: "${made.key}", role: app, id: copied }]
`
    const { databases, taskQueue } = near.gateway
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-gateways-'))
    const started = startTestGateway({ databases, taskQueue, folder, config })
    await expect(started).rejects.toMatchObject({
      code: 'key_configured_twice',
      message: expect.stringContaining('copied'),
    })
  })
})
