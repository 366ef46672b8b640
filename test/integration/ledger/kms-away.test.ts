import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSampleLedger, SampleCalls, type SampleLedger } from '../../../drill/sample-ledger.ts'
import { openVaultLogSigner } from '../../../src/adapters/kms/vault/vault-log-signer.ts'
import { type RotateOptions, rotateLogKey } from '../../../src/adapters/postgres/ledger/rotate.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { startVaultDouble, type VaultDouble } from '../../support/kms/vault.ts'

const AWAY = { code: 'kms_unavailable' }

describe('a log whose keys are in a KMS', () => {
  let vault: VaultDouble
  let databases: TestDatabases
  let admin: postgres.Sql
  let folder: string
  let ledger: SampleLedger
  const calls = new SampleCalls()

  const open = () => {
    const auth = { kind: 'token', token: vault.token } as const
    const place = { address: vault.url, namespace: null, mount: 'transit', deployment: 'drill.local' }
    return openSampleLedger({ databaseUrl: databases.app, folder, signer: openVaultLogSigner({ ...place, auth }) })
  }
  const rotate = (more: Partial<RotateOptions> = {}) =>
    rotateLogKey(
      {
        sql: ledger.sql,
        logs: ledger.logs,
        signer: ledger.signer,
        sequence: () => ledger.sequencer.round(),
        gatewayVersion: 'test',
        overlapMs: 3_600_000,
        now: Date.now,
        ...more,
      },
      'acme',
    )
  const append = async (writer: ReturnType<SampleLedger['openWriter']>, count: number) => {
    const drafts = Array.from({ length: count }, () => calls.next('acme'))
    await Promise.all(drafts.map((draft) => writer.append(draft)))
    return drafts.map(({ envelope }) => envelope.id)
  }
  const rows = async (table: string) => (await admin`SELECT entry_id FROM ${admin(table)}`).map((row) => row.entry_id)
  const expectSound = async () => {
    const file = join(folder, 'pack.zip')
    await ledger.packTo(file, 'acme')
    expect((await verifyPath(file, { trust: await ledger.trusted('acme') })).exit).toBe(0)
  }

  beforeEach(async () => {
    vault = await startVaultDouble()
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-kms-'))
    ledger = await open()
  })

  afterEach(async () => {
    await ledger.close()
    await admin.end()
    await databases.drop()
    await vault.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('goes on recording while the KMS is away, signs nothing, and loses nothing', async () => {
    const writer = ledger.openWriter()
    const before = await append(writer, 5)
    await ledger.sequence()
    vault.seal(true)
    const during = await append(writer, 5)
    await expect(ledger.sequencer.round()).rejects.toMatchObject(AWAY)
    await expect(ledger.sequencer.round()).rejects.toMatchObject(AWAY)
    expect((await rows('ledger_pending')).sort()).toEqual([...during].sort())
    // Who has to begin as a writer is refused, and nothing of it is written.
    const refused = calls.next('acme')
    const another = ledger.openWriter()
    await expect(another.append(refused)).rejects.toMatchObject(AWAY)
    vault.seal(false)
    expect(await another.append(refused)).toBe('appended')
    await ledger.sequence()
    const placed = await rows('ledger_leaf')
    expect(placed).toEqual(expect.arrayContaining([...before, ...during, refused.envelope.id]))
    expect(new Set(placed).size).toBe(placed.length)
    await expectSound()
    await Promise.all([writer.close(), another.close()])
  })

  it('is not opened while the KMS is away, and is when it is back', async () => {
    const writer = ledger.openWriter()
    await append(writer, 3)
    await ledger.sequence()
    await writer.close()
    await ledger.close()
    await vault.stop()
    ledger = await open()
    await expect(ledger.logs.of('acme')).rejects.toMatchObject(AWAY)
    await expect(ledger.logs.refresh()).rejects.toMatchObject(AWAY)
    await vault.start()
    await ledger.logs.refresh()
    await expectSound()
  })

  it('has its key rotated and the old version refused by the KMS itself, also where it was away in between', async () => {
    const writer = ledger.openWriter()
    await append(writer, 3)
    await ledger.sequence()
    await expect(rotate({ onStep: (step) => vault.seal(step === 'key-made') })).rejects.toMatchObject(AWAY)
    expect(await rows('ledger_key_rotation')).toEqual([])
    vault.seal(false)
    const { newKey } = await rotate({ overlapMs: 0 })
    expect(await ledger.trusted('acme')).toHaveLength(2)
    expect((await ledger.trusted('acme')).at(-1)).toBe(newKey)
    const [old] = await ledger.signer.keys('acme')
    await expect(old?.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'signing_key_retired' })
    await append(writer, 3)
    await ledger.sequence()
    await expectSound()
    await writer.close()
  })

  it('uses no signature that does not hold under the key it is said to be of', async () => {
    const writer = ledger.openWriter()
    await append(writer, 1)
    await ledger.sequence()
    const [key] = await ledger.signer.keys('acme')
    const lying = { ...ledger.signer, keys: async () => [{ ...key, sign: async () => Buffer.alloc(64) }] }
    const other = await openSampleLedger({ databaseUrl: databases.app, folder, signer: lying as typeof ledger.signer })
    await append(writer, 1)
    await expect(other.sequencer.round()).rejects.toMatchObject({ code: 'signing_key_wrong' })
    await other.close()
    await ledger.sequence()
    await expectSound()
    await writer.close()
  })
})
