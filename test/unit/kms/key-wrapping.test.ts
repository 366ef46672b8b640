import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AwsKms } from '../../../src/adapters/kms/aws/aws-kms.ts'
import { openLocalKms } from '../../../src/adapters/kms/local/local-kms.ts'
import { openVaultKms } from '../../../src/adapters/kms/vault/vault-kms.ts'
import type { Kms } from '../../../src/ports/kms.ts'
import { type AwsKmsDouble, startAwsKmsDouble } from '../../support/kms/aws.ts'
import { startVaultDouble, type VaultDouble } from '../../support/kms/vault.ts'

const CONTEXT = { purpose: 'data-key', tenantId: 'acme', id: 'key-1' }
const cleanUps: (() => unknown)[] = []
let aws: AwsKmsDouble
let vault: VaultDouble

type Open = () => Promise<Kms>

async function startLocal(): Promise<Open> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-kms-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return () => openLocalKms(folder)
}

async function startAws(): Promise<Open> {
  aws = await startAwsKmsDouble()
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = 'secret'
  cleanUps.push(() => aws.stop())
  return async () => {
    const options = { region: 'eu-central-1', endpoint: aws.url, deployment: 'palimpsest.test', pendingWindowDays: 7 }
    const kms = new AwsKms(options)
    cleanUps.push(() => kms.close())
    return kms
  }
}

async function startVault(): Promise<Open> {
  vault = await startVaultDouble()
  cleanUps.push(() => vault.stop())
  const auth = { kind: 'token', token: vault.token } as const
  const place = { address: vault.url, namespace: null, mount: 'transit', deployment: 'palimpsest.test' }
  return async () => openVaultKms({ ...place, auth })
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY
})

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { code?: string; refusal?: string }) => [error.code, error.refusal].filter(Boolean).join(' '),
  )

describe.each([
  ['files', startLocal],
  ['AWS KMS', startAws],
  ['Vault', startVault],
])('keys that wrap keys, in %s', (_name, start) => {
  let open: Open
  let kms: Kms

  beforeEach(async () => {
    open = await start()
    kms = await open()
  })

  it('are one for an epoch, the same in every process, and open what they wrapped', async () => {
    await kms.check()
    const refs = await Promise.all([kms, await open(), await open()].map((one) => one.createKey('acme', 1)))
    expect(new Set(refs).size).toBe(1)
    const [ref = ''] = refs
    const { plaintext, wrapped } = await kms.generate(ref, CONTEXT)
    expect(plaintext).toHaveLength(32)
    expect(Buffer.from(wrapped).includes(Buffer.from(plaintext))).toBe(false)
    expect(Buffer.from(await (await open()).unwrap(ref, wrapped, CONTEXT))).toEqual(Buffer.from(plaintext))
    expect(await kms.createKey('other', 1)).not.toBe(ref)
  })

  it('open in their context only, and only what was not changed', async () => {
    const ref = await kms.createKey('acme', 1)
    const { wrapped } = await kms.generate(ref, CONTEXT)
    for (const other of [{ purpose: 'value-index' }, { tenantId: 'other' }, { id: 'key-2' }]) {
      expect(await codeOf(kms.unwrap(ref, wrapped, { ...CONTEXT, ...other }))).toBe('kms_refused changed')
    }
    const changed = Buffer.from(wrapped)
    changed[changed.length - 6] = (changed[changed.length - 6] ?? 0) ^ 1
    expect(await codeOf(kms.unwrap(ref, changed, CONTEXT))).toBe('kms_refused changed')
  })

  it('move what they wrapped to the next epoch; then the old one is destroyed, and stays so', async () => {
    const first = await kms.createKey('acme', 1)
    const { plaintext, wrapped } = await kms.generate(first, CONTEXT)
    const second = await kms.createKey('acme', 2)
    const moved = await kms.rewrap(first, second, wrapped, CONTEXT)
    const before = Date.now()
    const goneAt = await kms.destroyKey(first)
    expect(goneAt).toBeGreaterThanOrEqual(before - 1000)
    await kms.destroyKey(first)
    for (const one of [kms, await open()]) {
      expect(Buffer.from(await one.unwrap(second, moved, CONTEXT))).toEqual(Buffer.from(plaintext))
      expect(await codeOf(one.unwrap(first, wrapped, CONTEXT))).toBe('kms_key_gone')
      expect(await codeOf(one.generate(first, CONTEXT))).toBe('kms_key_gone')
      expect(await codeOf(one.rewrap(first, second, wrapped, CONTEXT))).toBe('kms_key_gone')
      expect(await codeOf(one.createKey('acme', 1))).toBe('kms_key_gone')
    }
    expect(await kms.createKey('acme', 2)).toBe(second)
  })

  it('that nobody made are unknown, not destroyed', async () => {
    const ref = await kms.createKey('acme', 1)
    const { wrapped } = await kms.generate(ref, CONTEXT)
    const strange = ref.replace(/[0-9a-f](?=(#1)?$)/, (digit) => (digit === '0' ? '1' : '0'))
    expect(await codeOf(kms.unwrap(strange, wrapped, CONTEXT))).toBe('kms_key_unknown')
    expect(await codeOf(kms.unwrap('nobody:1', wrapped, CONTEXT))).toBe('kms_key_unknown')
  })
})

describe('a KMS that is away is a retry', () => {
  it.each([
    ['AWS KMS', startAws, () => aws],
    ['Vault', startVault, () => vault],
  ])('%s', async (_name, start, served) => {
    const kms = await (await start())()
    const ref = await kms.createKey('acme', 1)
    const { plaintext, wrapped } = await kms.generate(ref, CONTEXT)
    await served().stop()
    expect(await codeOf(kms.unwrap(ref, wrapped, CONTEXT))).toBe('kms_unavailable')
    expect(await codeOf(kms.generate(ref, CONTEXT))).toBe('kms_unavailable')
    expect(await codeOf(kms.destroyKey(ref))).toBe('kms_unavailable')
    expect(await codeOf(kms.check())).toBe('kms_unavailable')
    await served().start()
    expect(Buffer.from(await kms.unwrap(ref, wrapped, CONTEXT))).toEqual(Buffer.from(plaintext))
  })
})

describe('AWS KMS', () => {
  it('with a key that an operator has switched off refuses, and that is no destroyed key', async () => {
    const kms = await (await startAws())()
    const ref = await kms.createKey('acme', 1)
    const { wrapped } = await kms.generate(ref, CONTEXT)
    aws.disableNewest(true)
    expect(await codeOf(kms.unwrap(ref, wrapped, CONTEXT))).toBe('kms_refused disabled')
    aws.disableNewest(false)
    expect(await codeOf(kms.unwrap(ref, wrapped, CONTEXT))).toBe('none')
    aws.deny('Decrypt')
    expect(await codeOf(kms.unwrap(ref, wrapped, CONTEXT))).toBe('kms_refused denied')
  })
})
