import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAwsLogSigner } from '../../../src/adapters/kms/aws/aws-log-signer.ts'
import { openLocalLogSigner } from '../../../src/adapters/kms/local/local-log-signer.ts'
import { openVaultLogSigner } from '../../../src/adapters/kms/vault/vault-log-signer.ts'
import { publicKeyOf, verifyEd25519 } from '../../../src/domain/ledger/ed25519.ts'
import type { LogSigner, SigningKey } from '../../../src/ports/log-signer.ts'
import { type AwsKmsDouble, startAwsKmsDouble } from '../../support/kms/aws.ts'
import { startVaultDouble, type VaultDouble } from '../../support/kms/vault.ts'

const message = Buffer.from('palimpsest.local/acme/g1\n5\nbase64\n')
const cleanUps: (() => unknown)[] = []

/** Another process over the same keys, each time it is called. */
type Open = () => Promise<LogSigner>

let aws: AwsKmsDouble
let vault: VaultDouble

async function startLocal(): Promise<Open> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-signers-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return () => openLocalLogSigner(folder)
}

async function startAws(): Promise<Open> {
  aws = await startAwsKmsDouble()
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = 'secret'
  cleanUps.push(() => aws.stop())
  return async () => {
    const signer = openAwsLogSigner({ region: 'eu-central-1', endpoint: aws.url, deployment: 'palimpsest.test' })
    cleanUps.push(() => signer.close())
    return signer
  }
}

const vaultSigner = (auth: Parameters<typeof openVaultLogSigner>[0]['auth']) =>
  openVaultLogSigner({ address: vault.url, auth, namespace: null, mount: 'transit', deployment: 'palimpsest.test' })

async function startVault(): Promise<Open> {
  vault = await startVaultDouble()
  cleanUps.push(() => vault.stop())
  return async () => vaultSigner({ kind: 'token', token: vault.token })
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY
})

const signs = async (key: SigningKey) => verifyEd25519(publicKeyOf(key.publicKey), message, await key.sign(message))
const hex = (keys: readonly SigningKey[]) => keys.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))

describe.each([
  ['files', startLocal],
  ['AWS KMS', startAws],
  ['Vault', startVault],
])('signing keys in %s', (_name, start) => {
  let open: Open
  let signer: LogSigner

  beforeEach(async () => {
    open = await start()
    signer = await open()
  })

  it('are one for a tenant, made at first use, the same in every process, and sign as RFC 8032 says', async () => {
    await signer.check()
    const [one, ...more] = await signer.keys('acme')
    expect(more).toEqual([])
    expect(await signs(one as SigningKey)).toBe(true)
    expect(hex(await (await open()).keys('acme'))).toEqual(hex([one as SigningKey]))
    expect(hex(await signer.keys('other'))).not.toEqual(hex([one as SigningKey]))
  })

  it('are made once by those who ask at once', async () => {
    const signers = await Promise.all([open(), open(), open()])
    const lists = await Promise.all(signers.map((one) => one.keys('acme')))
    expect(new Set(lists.map((keys) => hex(keys).join())).size).toBe(1)
    const [first] = lists[0] as [SigningKey]
    const nexts = await Promise.all(signers.map((one) => one.next('acme', first.publicKey)))
    expect(new Set(hex(nexts)).size).toBe(1)
    expect(hex(await signer.keys('acme')).slice(0, 2)).toEqual([...hex([first]), ...hex(nexts).slice(0, 1)])
  })

  it('both sign until the old one is retired; then it never signs again, and its public half stays', async () => {
    const [first] = (await signer.keys('acme')) as [SigningKey]
    const second = await signer.next('acme', first.publicKey)
    expect([await signs(first), await signs(second)]).toEqual([true, true])
    const [held] = (await (await open()).keys('acme')) as [SigningKey]
    await signer.retire('acme', first.publicKey)
    await signer.retire('acme', first.publicKey)
    await expect(first.sign(message)).rejects.toMatchObject({ code: 'signing_key_retired' })
    await expect(held.sign(message)).rejects.toMatchObject({ code: 'signing_key_retired' })
    expect(await signs(second)).toBe(true)
    for (const one of [signer, await open()]) {
      const keys = await one.keys('acme')
      expect(hex(keys)).toEqual(hex([first, second]))
      expect(keys.map(({ retired }) => retired)).toEqual([true, false])
      expect(await signs(keys[1] as SigningKey)).toBe(true)
      await expect((keys[0] as SigningKey).sign(message)).rejects.toMatchObject({ code: 'signing_key_retired' })
    }
  })

  it('do not know what follows a stranger’s key', async () => {
    await signer.keys('acme')
    await expect(signer.next('acme', Buffer.alloc(32, 7))).rejects.toMatchObject({ code: 'signing_key_unknown' })
    await expect(signer.retire('acme', Buffer.alloc(32, 7))).rejects.toMatchObject({ code: 'signing_key_unknown' })
  })
})

describe('signing keys in files', () => {
  it('leave nothing of a retired private key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-signers-'))
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
    const signer = await openLocalLogSigner(folder)
    const [first] = (await signer.keys('acme')) as [SigningKey]
    await signer.next('acme', first.publicKey)
    await signer.retire('acme', first.publicKey)
    expect(
      readdirSync(folder)
        .map((name) => name.slice(64))
        .sort(),
    ).toEqual(['.2.pem', '.pub'])
  })
})

describe('a KMS that is away is a retry, one that refuses is not', () => {
  it('AWS KMS', async () => {
    const signer = await (await startAws())()
    const [key] = (await signer.keys('acme')) as [SigningKey]
    for (const name of ['ThrottlingException', 'KMSInternalException', 'DependencyTimeoutException']) {
      const status = name === 'ThrottlingException' ? 400 : 500
      aws.failNext(name, status)
      expect(await signs(key), `one ${name}`).toBe(true)
      for (let tries = 0; tries < 2; tries++) aws.failNext(name, status)
      await expect(key.sign(message), name).rejects.toMatchObject({ code: 'kms_unavailable' })
    }
    aws.deny('Sign')
    await expect(key.sign(message)).rejects.toMatchObject({ code: 'kms_refused', refusal: 'denied' })
    aws.deny(null)
    await aws.stop()
    await expect(key.sign(message)).rejects.toMatchObject({ code: 'kms_unavailable' })
    await expect(signer.check()).rejects.toMatchObject({ code: 'kms_unavailable' })
    await aws.start()
    expect(await signs(key)).toBe(true)
  })

  it('Vault', async () => {
    const signer = await (await startVault())()
    const [key] = (await signer.keys('acme')) as [SigningKey]
    vault.seal(true)
    await expect(key.sign(message)).rejects.toMatchObject({ code: 'kms_unavailable' })
    await expect(signer.check()).rejects.toMatchObject({ code: 'kms_unavailable' })
    vault.seal(false)
    await vault.stop()
    await expect(key.sign(message)).rejects.toMatchObject({ code: 'kms_unavailable' })
    await vault.start()
    expect(await signs(key)).toBe(true)
    const stranger = vaultSigner({ kind: 'token', token: 'another' })
    await expect(stranger.keys('acme')).rejects.toMatchObject({ code: 'kms_refused', refusal: 'denied' })
  })
})

describe('Vault lets in', () => {
  it('an AppRole, once for many calls and again when its token was revoked', async () => {
    await startVault()
    const signer = vaultSigner({ kind: 'approle', roleId: vault.roleId, secretId: vault.secretId })
    const [key] = (await signer.keys('acme')) as [SigningKey]
    await signs(key)
    const logins = () => vault.asked.filter((asked) => asked === 'POST auth/approle/login').length
    expect(logins()).toBe(1)
    vault.revoke()
    expect(await signs(key)).toBe(true)
    expect(logins()).toBe(2)
    const stranger = vaultSigner({ kind: 'approle', roleId: vault.roleId, secretId: 'another' })
    await expect(stranger.keys('acme')).rejects.toMatchObject({ code: 'kms_refused', refusal: 'denied' })
  })

  it('the token that stands in a file at the moment', async () => {
    await startVault()
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-signers-'))
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'token')
    const signer = vaultSigner({ kind: 'file', file })
    await expect(signer.check()).rejects.toMatchObject({ code: 'kms_refused' })
    writeFileSync(file, `${vault.token}\n`)
    await signer.check()
  })
})

describe('AWS KMS', () => {
  it('takes back the key that a slower process made for nothing', async () => {
    const open = await startAws()
    const signers = await Promise.all([open(), open()])
    await Promise.all(signers.map((signer) => signer.keys('acme')))
    const states = aws.states()
    expect(states.filter((state) => state === 'Enabled')).toHaveLength(1)
    expect(states.filter((state) => state === 'PendingDeletion')).toHaveLength(states.length - 1)
  })
})
