import { createHash, randomBytes } from 'node:crypto'
import {
  type Kms,
  KmsKeyGone,
  KmsKeyUnknown,
  KmsRefused,
  KmsUnavailable,
  type WrapContext,
} from '../../../ports/kms.ts'
import { createVaultClient, type VaultAccess, VaultRejected } from './client.ts'

export interface VaultKmsOptions extends VaultAccess {
  /** Where the transit engine is mounted, `transit` by default. */
  mount: string
  /** Tells apart deployments that share a mount; part of every key's name. */
  deployment: string
}

interface Ref {
  name: string
  version: number
}

interface KeyState {
  latest: number
  minDecryption: number
  minAvailable: number
}

/**
 * Vault's transit engine (or OpenBao's): a derived AES-256-GCM key for each tenant, whose versions are the epochs. A wrapped
 * key's context derives the key it is wrapped under, so that it opens in its context only; a rotation rewraps inside Vault.
 * An epoch is destroyed by raising `min_decryption_version` and trimming what is below. A trimmed version is gone from
 * Vault's storage; snapshots of that storage made before hold it for as long as they are kept.
 */
export function openVaultKms(options: VaultKmsOptions): Kms {
  const call = createVaultClient(options)
  const path = (verb: string, name: string) => `${options.mount}/${verb}/${name}`

  async function read(name: string): Promise<KeyState | undefined> {
    try {
      return stateOf(await call('GET', path('keys', name)))
    } catch (error) {
      if (error instanceof KmsKeyUnknown) return undefined
      throw refused(error)
    }
  }

  /** What a refusal means: Vault says the same of a version that was trimmed and of one that is switched off. */
  async function told(error: unknown, { name, version }: Ref): Promise<unknown> {
    const options = { cause: error }
    if (error instanceof VaultRejected && CHANGED.test(error.words)) return new KmsRefused('changed', options)
    if (!(error instanceof VaultRejected || error instanceof KmsRefused)) return error
    const state = await read(name)
    if (state === undefined || version > state.latest) return new KmsKeyUnknown(options)
    if (version < state.minAvailable) return new KmsKeyGone(options)
    return new KmsRefused(version < state.minDecryption ? 'disabled' : 'denied', options)
  }

  async function ask(verb: string, ref: Ref, body: object, field: string): Promise<string> {
    const data = await call('POST', path(verb, ref.name), body).catch(async (error: unknown) => {
      throw await told(error, ref)
    })
    const value = data?.[field]
    if (typeof value !== 'string') throw new KmsUnavailable()
    return value
  }

  async function trim(name: string, from: number): Promise<void> {
    await call('POST', `${path('keys', name)}/config`, { min_decryption_version: from, min_encryption_version: from })
    await call('POST', `${path('keys', name)}/trim`, { min_available_version: from })
  }

  return {
    name: 'vault',
    async createKey(tenantId, epoch) {
      const name = nameOf(options.deployment, tenantId)
      let state = await read(name)
      if (state === undefined) {
        await call('POST', path('keys', name), { type: 'aes256-gcm96', derived: true }).catch(throwRefused)
        state = await read(name)
      }
      if (state === undefined) throw new KmsUnavailable()
      if (epoch < state.minAvailable || epoch < state.minDecryption) throw new KmsKeyGone()
      for (let latest = state.latest; latest < epoch; latest++) {
        await call('POST', `${path('keys', name)}/rotate`, {}).catch(throwRefused)
      }
      return `vault:${name}#${epoch}`
    },
    async generate(keyRef, context) {
      const plaintext = randomBytes(32)
      const ref = refOf(keyRef)
      const body = { plaintext: base64(plaintext), context: contextOf(context), key_version: ref.version }
      return { plaintext, wrapped: wrappedOf(await ask('encrypt', ref, body, 'ciphertext'), ref) }
    },
    async unwrap(keyRef, wrapped, context) {
      const ref = refOf(keyRef)
      const body = { ciphertext: ciphertextOf(wrapped, ref), context: contextOf(context) }
      const plaintext = Buffer.from(await ask('decrypt', ref, body, 'plaintext'), 'base64')
      if (plaintext.length !== 32) throw new KmsRefused('changed')
      return plaintext
    },
    async rewrap(from, to, wrapped, context) {
      const [source, destination] = [refOf(from), refOf(to)]
      if (source.name !== destination.name) throw new KmsKeyUnknown()
      const body = {
        ciphertext: ciphertextOf(wrapped, source),
        context: contextOf(context),
        key_version: destination.version,
      }
      return wrappedOf(await ask('rewrap', source, body, 'ciphertext'), destination)
    },
    async destroyKey(keyRef) {
      const { name, version } = refOf(keyRef)
      const state = await read(name)
      if (state === undefined || version < state.minAvailable) return Date.now()
      // The newest version cannot be trimmed: there has to be one above it.
      if (version >= state.latest) await call('POST', `${path('keys', name)}/rotate`, {}).catch(throwRefused)
      await trim(name, Math.max(version + 1, state.minDecryption)).catch(throwRefused)
      return Date.now()
    },
    async check() {
      // That it does not exist is an answer as good as any: it was given to somebody who may ask.
      await read(nameOf(options.deployment, 'check'))
    },
  }
}

/** What Vault says of a ciphertext that it cannot open; "too new" is said of a version that it does not know. */
const CHANGED = /invalid ciphertext(?!: version is too new)|message authentication failed/

function throwRefused(error: unknown): never {
  throw refused(error)
}

function refused(error: unknown): unknown {
  return error instanceof VaultRejected ? new KmsRefused('denied', { cause: error }) : error
}

function stateOf(data: Record<string, unknown> | null): KeyState {
  const { latest_version: latest, min_decryption_version: minDecryption, min_available_version } = data ?? {}
  if (typeof latest !== 'number' || typeof minDecryption !== 'number') throw new KmsUnavailable()
  return { latest, minDecryption, minAvailable: typeof min_available_version === 'number' ? min_available_version : 0 }
}

function nameOf(deployment: string, tenantId: string): string {
  return `palimpsest-${createHash('sha256').update(`${deployment}\n${tenantId}`).digest('hex').slice(0, 32)}`
}

function refOf(keyRef: string): Ref {
  const [, name, version] = /^vault:(palimpsest-[0-9a-f]{32})#([1-9]\d{0,8})$/.exec(keyRef) ?? []
  if (name === undefined) throw new KmsKeyUnknown()
  return { name, version: Number(version) }
}

/** Wrapped bytes are Vault's ciphertext as text; it names its version, which has to be its epoch's. */
function ciphertextOf(wrapped: Uint8Array, ref: Ref): string {
  const ciphertext = Buffer.from(wrapped).toString('latin1')
  if (!ciphertext.startsWith(`vault:v${ref.version}:`)) throw new KmsRefused('changed')
  return ciphertext
}

function wrappedOf(ciphertext: string, ref: Ref): Buffer {
  if (!ciphertext.startsWith(`vault:v${ref.version}:`)) throw new KmsUnavailable()
  return Buffer.from(ciphertext, 'latin1')
}

function contextOf({ purpose, tenantId, id }: WrapContext): string {
  return base64(Buffer.from(`palimpsest/v1/${purpose}\n${tenantId}\n${id}`, 'utf8'))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
