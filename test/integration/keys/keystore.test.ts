import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startVaultDouble } from '../../support/kms/vault.ts'
import {
  copyDatabase,
  createKeyStack,
  databaseOf,
  dropDatabase,
  type KeyStack,
  until,
  withDatabase,
} from './support.ts'

const TENANT = 'acme'
let stack: KeyStack

beforeAll(async () => {
  stack = await createKeyStack()
})
afterAll(() => stack.remove())

const nameOfFailure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: Error) => error.name,
  )

describe('a key that is asked for', () => {
  it('is unknown, destroyed or wrapped under a lost epoch: three answers, never one for another', async () => {
    const { keys, epochs, kms } = await stack.open()
    expect(await nameOfFailure(keys.dataKey('00000000-0000-4000-8000-000000000000'))).toBe('KeyUnknown')
    const erased = await keys.createDataKey('states', 'sub_a')
    const lost = await keys.createDataKey('states', 'sub_b')
    await keys.destroyDataKey(erased.keyId)
    expect(await nameOfFailure(keys.dataKey(erased.keyId))).toBe('KeyDestroyed')
    const [row] = await stack.sql`SELECT kms_key_ref FROM keystore.key_epoch WHERE tenant_id = 'states'`
    await kms.destroyKey(row?.kms_key_ref)
    const fresh = await stack.open()
    expect(await nameOfFailure(fresh.keys.dataKey(lost.keyId))).toBe('KeyLost')
    expect(await nameOfFailure(fresh.keys.dataKey(erased.keyId))).toBe('KeyDestroyed')
    // What is new goes under another epoch; what was lost stays lost.
    const after = await fresh.keys.createDataKey('states', 'sub_c')
    expect((await keys.dataKey(after.keyId)).key).toEqual(after.key)
    expect((await epochs.tenants()).find(({ tenantId }) => tenantId === 'states')?.epoch).toBe(2)
  })

  it('is the same in every process, made once, and a secret of a tenant too', async () => {
    const [one, two] = await Promise.all([stack.open(), stack.open()])
    const [a, b] = await Promise.all([
      one.keys.tenantSecret('fresh', 'subject-index'),
      two.keys.tenantSecret('fresh', 'subject-index'),
    ])
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true)
    const made = await one.keys.createDataKey('fresh', 'sub_a')
    expect(Buffer.from((await two.keys.dataKey(made.keyId)).key).equals(Buffer.from(made.key))).toBe(true)
  })
})

describe('a key that is destroyed', () => {
  it('is forgotten at once in its own process and by notification in the others', async () => {
    const [here, there] = await Promise.all([stack.open(), stack.open()])
    const made = await here.keys.createDataKey(TENANT, 'sub_cached')
    await there.keys.dataKey(made.keyId)
    const forgotten: (string | null)[] = []
    there.keys.onForget((keyId) => forgotten.push(keyId))
    await here.keys.destroyDataKey(made.keyId)
    expect(await nameOfFailure(here.keys.dataKey(made.keyId))).toBe('KeyDestroyed')
    await until(async () => (await nameOfFailure(there.keys.dataKey(made.keyId))) === 'KeyDestroyed')
    expect(forgotten).toContain(made.keyId)
  })

  it('while a process reads it is not given to who asks afterwards', async () => {
    const [here, there] = await Promise.all([stack.open(), stack.open()])
    const made = await here.keys.createDataKey(TENANT, 'sub_read')
    const reading = nameOfFailure(there.keys.dataKey(made.keyId))
    await there.keys.destroyDataKey(made.keyId)
    await reading
    expect(await nameOfFailure(there.keys.dataKey(made.keyId))).toBe('KeyDestroyed')
  })

  it('is heard of after a connection that was lost: all that was cached is forgotten', async () => {
    const [here, there] = await Promise.all([stack.open(), stack.open()])
    const made = await here.keys.createDataKey(TENANT, 'sub_missed')
    await there.keys.dataKey(made.keyId)
    // The listeners lose their connections, and it happens while nobody may hear of it.
    await stack.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'palimpsest-keys-listener' AND datname = current_database()`
    await here.keys.destroyDataKey(made.keyId)
    await until(async () => (await nameOfFailure(there.keys.dataKey(made.keyId))) === 'KeyDestroyed')
  })
})

describe('a KMS that is away', () => {
  it('is a retry: what is cached goes on, what is not is neither unknown nor destroyed', async () => {
    const vault = await startVaultDouble()
    const env = { PALIMPSEST_KMS: 'vault', VAULT_ADDR: vault.url, VAULT_TOKEN: vault.token }
    const here = await stack.open({ env })
    const made = await here.keys.createDataKey('vaulted', 'sub_a')
    const there = await stack.open({ env })
    vault.seal(true)
    expect(await nameOfFailure(here.keys.dataKey(made.keyId))).toBe('none')
    expect(await nameOfFailure(there.keys.dataKey(made.keyId))).toBe('KmsUnavailable')
    expect(await nameOfFailure(here.keys.createDataKey('vaulted', 'sub_b'))).toBe('KmsUnavailable')
    expect(await nameOfFailure(here.epochs.open('vaulted', 0))).toBe('KmsUnavailable')
    vault.seal(false)
    expect(Buffer.from((await there.keys.dataKey(made.keyId)).key).equals(Buffer.from(made.key))).toBe(true)
    await here.epochs.open('vaulted', 0)
    expect(await here.epochs.rewrap('vaulted', null, 10)).toMatchObject({ moved: 1, lost: 0 })
    expect(await here.epochs.destroyRetired('vaulted', 0)).toEqual({ destroyed: [1], blocked: [] })
    const fresh = await stack.open({ env })
    expect(Buffer.from((await fresh.keys.dataKey(made.keyId)).key).equals(Buffer.from(made.key))).toBe(true)
    await vault.stop()
  })
})

describe('a rotation', () => {
  it('leaves every live key readable while requests go on, and can be broken off and resumed', async () => {
    const [here, there] = await Promise.all([stack.open(), stack.open()])
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, i) => here.keys.createDataKey('rotating', `sub_${i}`)),
    )
    const secret = await here.keys.tenantSecret('rotating', 'value-index')
    expect(await here.epochs.open('rotating', 0)).toEqual({ epoch: 2, opened: true })
    // Broken off after a stretch; another process goes on from the beginning.
    const first = await here.epochs.rewrap('rotating', null, 5)
    expect(first).toMatchObject({ moved: 6, lost: 0 })
    // Nothing is destroyed while live keys are left under it.
    expect(await there.epochs.destroyRetired('rotating', 0)).toEqual({ destroyed: [], blocked: [1] })
    // A process that still takes epoch 1 for the one in force does not wrap under it.
    const late = await there.keys.createDataKey('rotating', 'sub_late')
    const rest = await there.epochs.rewrap('rotating', null, 100)
    expect(rest).toMatchObject({ moved: 7, lost: 0, next: null })
    expect(await there.epochs.destroyRetired('rotating', 0)).toEqual({ destroyed: [1], blocked: [] })
    const fresh = await stack.open()
    for (const { keyId, key } of [...made, late]) {
      expect(Buffer.from((await fresh.keys.dataKey(keyId)).key).equals(Buffer.from(key))).toBe(true)
    }
    expect(Buffer.from(await fresh.keys.tenantSecret('rotating', 'value-index')).equals(Buffer.from(secret))).toBe(true)
    expect(await fresh.epochs.destroyRetired('rotating', 0)).toEqual({ destroyed: [], blocked: [] })
  })

  it('opens one epoch when two processes find it due at once', async () => {
    const [one, two] = await Promise.all([stack.open(), stack.open()])
    await one.keys.createDataKey('twice', 'sub_a')
    await Promise.all([one.epochs.open('twice', 0), two.epochs.open('twice', 60_000)])
    const rows = await stack.sql`SELECT epoch FROM keystore.key_epoch WHERE tenant_id = 'twice' AND state = 'active'`
    expect(rows).toEqual([{ epoch: 2 }])
  })
})

describe('a keystore restored from an old backup', () => {
  it('opens nothing that was destroyed since, once its epoch is gone, and what is new goes under another epoch', async () => {
    const restored = `${databaseOf(stack.databases.keystoreAdmin)}_epoch`
    const before = await stack.open()
    const erased = await before.keys.createDataKey('aged', 'sub_a')
    await before.close()
    await copyDatabase(stack.databases.keystoreAdmin, databaseOf(stack.databases.keystoreAdmin), restored)
    const here = await stack.open()
    await here.keys.destroyDataKey(erased.keyId)
    await here.epochs.open('aged', 0)
    await here.epochs.rewrap('aged', null, 100)
    expect((await here.epochs.destroyRetired('aged', 0)).destroyed).toEqual([1])
    const after = await stack.open({ url: withDatabase(stack.databases.keystore, restored) })
    expect(await nameOfFailure(after.keys.dataKey(erased.keyId))).toBe('KeyLost')
    const made = await after.keys.createDataKey('aged', 'sub_b')
    expect(await nameOfFailure(after.keys.dataKey(made.keyId))).toBe('none')
    await after.close()
    await dropDatabase(stack.databases.keystoreAdmin, restored)
  })
})
