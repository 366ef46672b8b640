import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { Answer, Asked } from './server.ts'

interface TransitKey {
  type: 'ed25519' | 'aes256-gcm96'
  /** Trimmed ones are null. */
  versions: (KeyObject | Buffer | null)[]
  minEncryption: number
  minDecryption: number
  minAvailable: number
}

type Body = Record<string, unknown>

const MEMBERS: Record<string, readonly string[]> = {
  sign: ['input', 'key_version'],
  encrypt: ['plaintext', 'context', 'key_version'],
  decrypt: ['ciphertext', 'context'],
  rewrap: ['ciphertext', 'context', 'key_version'],
  keys: ['type', 'derived'],
  config: ['min_encryption_version', 'min_decryption_version'],
  trim: ['min_available_version'],
  rotate: [],
}
const PATH = /^\/v1\/transit\/(keys|sign|encrypt|decrypt|rewrap)\/([\w.-]+)(?:\/(config|rotate|trim))?$/

/** The engine behind its paths. */
export class Transit {
  private readonly keys = new Map<string, TransitKey>()

  answer({ method, path, headers, body }: Asked): Answer {
    const [, verb = '', name = '', action] = PATH.exec(path) ?? []
    if (verb === '') return refuse(404, 'no handler for route')
    const key = this.keys.get(name)
    if (method === 'GET') return verb === 'keys' && action === undefined ? read(key) : refuse(405)
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return refuse(405)
    const unknown = Object.keys(body).filter((member) => !MEMBERS[action ?? verb]?.includes(member))
    if (unknown.length > 0) return refuse(400, `unknown members: ${unknown.join()}`)
    if (verb === 'keys' && action === undefined) return this.create(name, body)
    if (verb === 'keys')
      return key ? change(key, action, body) : refuse(400, `no existing key named ${name} could be found`)
    if (key === undefined) return refuse(400, verb === 'sign' ? 'signing key not found' : 'encryption key not found')
    return use(key, verb, body)
  }

  private create(name: string, { type, derived }: Body): Answer {
    const right = (type === 'ed25519' && derived === undefined) || (type === 'aes256-gcm96' && derived === true)
    if (!right) return refuse(400, 'unknown key type')
    const of = type as TransitKey['type']
    const fresh = { type: of, versions: [newKey(of)], minEncryption: 0, minDecryption: 1, minAvailable: 0 }
    if (!this.keys.has(name)) this.keys.set(name, fresh)
    return read(this.keys.get(name))
  }
}

function change(key: TransitKey, action: string | undefined, body: Body): Answer {
  const latest = key.versions.length
  if (action === 'rotate') key.versions.push(newKey(key.type))
  else if (action === 'config') {
    const {
      min_encryption_version: encryption = key.minEncryption,
      min_decryption_version: decryption = key.minDecryption,
    } = body
    if (
      ![encryption, decryption].every(
        (least) => Number.isInteger(least) && Number(least) >= 0 && Number(least) <= latest,
      )
    ) {
      return refuse(400, 'cannot set min version: invalid version')
    }
    if (Number(decryption) < key.minAvailable)
      return refuse(400, 'cannot set min decryption version below the available')
    if (encryption !== 0 && Number(encryption) < Number(decryption)) {
      return refuse(400, 'cannot set min encryption/decryption values; min encryption version must be 0 or above')
    }
    Object.assign(key, { minEncryption: encryption, minDecryption: decryption })
  } else {
    const least = Number(body.min_available_version)
    const bounded = least <= key.minDecryption && (key.minEncryption === 0 ? false : least <= key.minEncryption)
    if (!(least >= key.minAvailable && bounded)) return refuse(400, 'cannot trim to that version')
    for (let version = 1; version < least; version++) key.versions[version - 1] = null
    key.minAvailable = least
  }
  return read(key)
}

function read(key: TransitKey | undefined): Answer {
  if (key === undefined) return { status: 404, body: { errors: [] } }
  const shown: Record<string, unknown> = {}
  for (const [index, version] of key.versions.entries()) {
    if (version !== null) shown[String(index + 1)] = version instanceof KeyObject ? halfOf(version) : 1_700_000_000
  }
  const data = {
    type: key.type,
    keys: shown,
    latest_version: key.versions.length,
    min_available_version: key.minAvailable,
    min_decryption_version: key.minDecryption,
    min_encryption_version: key.minEncryption,
    deletion_allowed: false,
    exportable: false,
  }
  return { status: 200, body: { data } }
}

function halfOf(version: KeyObject): Body {
  const publicKey = Buffer.from(version.export({ format: 'jwk' }).x as string, 'base64url').toString('base64')
  return { creation_time: '2026-01-01T00:00:00Z', name: 'ed25519', public_key: publicKey }
}

function use(key: TransitKey, verb: string, body: Body): Answer {
  const what = verb === 'sign' ? 'signing' : 'encryption'
  const { key_version: number = 0 } = body
  const version = number === 0 ? key.versions.length : Number(number)
  if (version > key.versions.length)
    return refuse(400, `requested version for ${what} is higher than the latest key version`)
  if (verb !== 'decrypt' && key.minEncryption > 0 && version < key.minEncryption) {
    return refuse(400, `requested version for ${what} is less than the minimum encryption key version`)
  }
  if (verb === 'sign') return signed(key, version, body)
  if (key.type !== 'aes256-gcm96' || typeof body.context !== 'string')
    return refuse(400, "missing 'context' for key derivation")
  if (verb === 'encrypt') return encrypted(key, version, body, Buffer.from(String(body.plaintext), 'base64'))
  const opened = decrypted(key, body)
  if (!Buffer.isBuffer(opened)) return opened
  if (verb === 'rewrap') return encrypted(key, version, body, opened)
  return { status: 200, body: { data: { plaintext: opened.toString('base64') } } }
}

function signed(key: TransitKey, version: number, { input }: Body): Answer {
  const message = Buffer.from(String(input), 'base64')
  if (typeof input !== 'string' || message.toString('base64') !== input) return refuse(400, 'unable to decode input')
  const signature = sign(null, message, key.versions[version - 1] as KeyObject).toString('base64')
  return { status: 200, body: { data: { key_version: version, signature: `vault:v${version}:${signature}` } } }
}

function encrypted(key: TransitKey, version: number, { context }: Body, plaintext: Buffer): Answer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', derive(key, version, context), nonce)
  const bytes = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return {
    status: 200,
    body: { data: { ciphertext: `vault:v${version}:${bytes.toString('base64')}`, key_version: version } },
  }
}

function decrypted(key: TransitKey, { ciphertext, context }: Body): Buffer | Answer {
  const [, number = '', encoded = ''] = /^vault:v(\d+):([A-Za-z0-9+/=]+)$/.exec(String(ciphertext)) ?? []
  if (number === '') return refuse(400, 'invalid ciphertext: no prefix')
  const version = Number(number)
  if (version > key.versions.length) return refuse(400, 'invalid ciphertext: version is too new')
  if (version < key.minDecryption)
    return refuse(400, 'ciphertext or signature version is disallowed by policy (too old)')
  const bytes = Buffer.from(encoded, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', derive(key, version, context), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  } catch {
    return refuse(400, 'invalid ciphertext: unable to decrypt')
  }
}

function derive(key: TransitKey, version: number, context: unknown): Buffer {
  return createHmac('sha256', key.versions[version - 1] as Buffer)
    .update(String(context))
    .digest()
}

function newKey(type: TransitKey['type']): KeyObject | Buffer {
  return type === 'ed25519' ? generateKeyPairSync('ed25519').privateKey : randomBytes(32)
}

export function refuse(status: number, ...errors: string[]): Answer {
  return { status, body: { errors } }
}
