import { createHash } from 'node:crypto'
import { equalBytes, HASH_BYTES } from '../../../domain/ledger/bytes.ts'
import { SIGNATURE_BYTES } from '../../../domain/ledger/ed25519.ts'
import { KmsKeyUnknown, KmsRefused, KmsUnavailable } from '../../../ports/kms.ts'
import { type LogSigner, type SigningKey, SigningKeyRetired, SigningKeyUnknown } from '../../../ports/log-signer.ts'
import { createVaultClient, type VaultAccess, VaultRejected } from './client.ts'

export interface VaultLogSignerOptions extends VaultAccess {
  /** Where the transit engine is mounted. */
  mount: string
  /** Tells apart deployments that share a mount; part of every key's name. */
  deployment: string
}

interface KeyState {
  /** By number, from 1. */
  publicKeys: readonly Buffer[]
  /** Versions below it sign no more. */
  minSigning: number
}

/**
 * Signing keys in the transit engine of Vault, or OpenBao: an `ed25519` key for each tenant, whose versions are those of the
 * log's key. Each signature names its version, so that a version which a rotation has only begun with signs nothing. A version
 * is retired by raising `min_encryption_version`, which bounds signatures too; whoever may lower it again can sign with it
 * again. Versions are not trimmed, because their public halves would go with them.
 */
export function openVaultLogSigner(options: VaultLogSignerOptions): LogSigner {
  const call = createVaultClient(options)
  const nameOf = (tenantId: string) => {
    const text = `${options.deployment}\n${tenantId}`
    return `palimpsest-log-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  }
  const path = (verb: string, name: string) => `${options.mount}/${verb}/${name}`

  async function read(name: string): Promise<KeyState | undefined> {
    try {
      return stateOf(await call('GET', path('keys', name)))
    } catch (error) {
      if (error instanceof KmsKeyUnknown) return undefined
      throw refused(error)
    }
  }

  async function post(target: string, body: object): Promise<Record<string, unknown> | null> {
    return call('POST', target, body).catch((error: unknown) => {
      throw refused(error)
    })
  }

  async function sign(name: string, number: number, message: Uint8Array): Promise<Uint8Array> {
    const body = { input: Buffer.from(message).toString('base64'), key_version: number }
    const data = await call('POST', path('sign', name), body).catch(async (error: unknown) => {
      if (!(error instanceof VaultRejected)) throw error
      // Vault's words for a version that may not sign are not part of its interface: its state is.
      const state = await read(name)
      throw state !== undefined && number < state.minSigning ? new SigningKeyRetired({ cause: error }) : refused(error)
    })
    const [, encoded] = new RegExp(`^vault:v${number}:([A-Za-z0-9+/=]+)$`).exec(String(data?.signature)) ?? []
    const signature = Buffer.from(encoded ?? '', 'base64')
    if (signature.length !== SIGNATURE_BYTES) throw new KmsUnavailable()
    return signature
  }

  function versionsOf(name: string, { publicKeys, minSigning }: KeyState): SigningKey[] {
    return publicKeys.map((publicKey, index) => ({
      publicKey,
      retired: index + 1 < minSigning,
      sign: (message) => sign(name, index + 1, message),
    }))
  }

  async function all(tenantId: string): Promise<{ name: string; versions: SigningKey[] }> {
    const name = nameOf(tenantId)
    let state = await read(name)
    if (state === undefined) {
      await post(path('keys', name), { type: 'ed25519' })
      state = await read(name)
    }
    if (state === undefined) throw new KmsUnavailable()
    return { name, versions: versionsOf(name, state) }
  }

  async function find(tenantId: string, publicKey: Uint8Array) {
    const { name, versions } = await all(tenantId)
    const index = versions.findIndex((one) => equalBytes(one.publicKey, publicKey))
    if (index < 0) throw new SigningKeyUnknown()
    return { name, versions, index }
  }

  return {
    keys: async (tenantId) => (await all(tenantId)).versions,
    async next(tenantId, after) {
      const { name, versions, index } = await find(tenantId, after)
      const made = versions[index + 1]
      if (made !== undefined) return made
      await post(`${path('keys', name)}/rotate`, {})
      // Of several that were made at once the first one counts.
      const version = (await all(tenantId)).versions[index + 1]
      if (version === undefined) throw new KmsUnavailable()
      return version
    },
    async retire(tenantId, publicKey) {
      const { name, versions, index } = await find(tenantId, publicKey)
      if (versions[index]?.retired) return
      await post(`${path('keys', name)}/config`, { min_encryption_version: index + 2 })
    },
    /** That the key does not exist is an answer as good as any: it was given to somebody who may ask. */
    async check() {
      await read(nameOf(''))
    },
  }
}

function refused(error: unknown): unknown {
  return error instanceof VaultRejected ? new KmsRefused('denied', { cause: error }) : error
}

function stateOf(data: Record<string, unknown> | null): KeyState {
  const { type, keys, latest_version: latest, min_encryption_version: minSigning } = data ?? {}
  if (type !== 'ed25519' || typeof latest !== 'number' || typeof minSigning !== 'number')
    throw new KmsRefused('changed')
  const publicKeys = Array.from({ length: latest }, (_, index) => {
    const { public_key: encoded } = ((keys ?? {}) as Record<string, { public_key?: unknown }>)[String(index + 1)] ?? {}
    const publicKey = Buffer.from(String(encoded ?? ''), 'base64')
    if (publicKey.length !== HASH_BYTES) throw new KmsKeyUnknown()
    return publicKey
  })
  return { publicKeys, minSigning }
}
