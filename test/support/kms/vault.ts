import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Answer, type Asked, type Served, serveJson } from './server.ts'

export interface VaultDouble extends Served {
  token: string
  roleId: string
  secretId: string
  /** Requests that were answered, as `POST transit/sign/…`. */
  readonly asked: string[]
  seal(sealed: boolean): void
  /** Ends every token that an AppRole got. */
  revoke(): void
}

interface TransitKey {
  versions: KeyObject[]
  minEncryption: number
}

const MEMBERS: Record<string, readonly string[]> = {
  sign: ['input', 'key_version'],
  keys: ['type'],
  config: ['min_encryption_version'],
  rotate: [],
}

/**
 * Vault's transit engine as its API documentation has it, for `ed25519` keys: paths, members, states, status codes and the
 * words of its errors. Signatures are real. A member that the API does not know is refused, where Vault would ignore it.
 */
export async function startVaultDouble(): Promise<VaultDouble> {
  const state = { sealed: false, asked: [] as string[], keys: new Map<string, TransitKey>(), tokens: new Set<string>() }
  const [token, roleId, secretId] = ['root-token', 'role-1', 'secret-1']
  const served = await serveJson((asked) => {
    state.asked.push(`${asked.method} ${asked.path.slice('/v1/'.length)}`)
    if (state.sealed) return error(503, 'Vault is sealed')
    if (asked.headers['x-vault-request'] !== 'true') return error(400, 'missing X-Vault-Request')
    if (asked.path === '/v1/auth/approle/login') return logIn(asked)
    const given = asked.headers['x-vault-token']
    if (given !== token && !state.tokens.has(String(given))) return error(403, 'permission denied')
    return transit(state.keys, asked)
  })

  function logIn({ method, body }: Asked): Answer {
    if (method !== 'POST') return error(405, 'unsupported operation')
    if (body.role_id !== roleId || body.secret_id !== secretId) return error(400, 'invalid role or secret ID')
    const client = `hvs.${state.tokens.size + 1}-${state.asked.length}`
    state.tokens.add(client)
    return { status: 200, body: { auth: { client_token: client, lease_duration: 3600, renewable: true }, data: null } }
  }

  return {
    ...served,
    token,
    roleId,
    secretId,
    asked: state.asked,
    seal(sealed) {
      state.sealed = sealed
    },
    revoke: () => state.tokens.clear(),
  }
}

function transit(keys: Map<string, TransitKey>, { method, path, headers, body }: Asked): Answer {
  const [, verb = '', name = '', action] =
    /^\/v1\/transit\/(keys|sign)\/([\w.-]+)(?:\/(config|rotate))?$/.exec(path) ?? []
  if (verb === '') return error(404, 'no handler for route')
  const key = keys.get(name)
  if (method === 'GET') return verb === 'keys' && action === undefined ? read(key) : error(405, 'unsupported operation')
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return error(405, 'unsupported operation')
  const unknown = Object.keys(body).filter((member) => !MEMBERS[action ?? verb]?.includes(member))
  if (unknown.length > 0) return error(400, `unknown members: ${unknown.join()}`)
  if (verb === 'sign') return signed(key, body)
  if (action === undefined) return create(keys, name, body)
  if (key === undefined) return error(400, `no existing key named ${name} could be found`)
  if (action === 'rotate') {
    key.versions.push(newKey())
    return read(key)
  }
  const least = body.min_encryption_version
  if (typeof least !== 'number' || least < 0 || least > key.versions.length) {
    return error(400, 'cannot set min encryption version: invalid version')
  }
  key.minEncryption = least
  return read(key)
}

function create(keys: Map<string, TransitKey>, name: string, { type }: Record<string, unknown>): Answer {
  if (type !== 'ed25519') return error(400, 'unknown key type')
  if (!keys.has(name)) keys.set(name, { versions: [newKey()], minEncryption: 0 })
  return read(keys.get(name))
}

function read(key: TransitKey | undefined): Answer {
  if (key === undefined) return { status: 404, body: { errors: [] } }
  const entries = key.versions.map((version, index) => [
    String(index + 1),
    {
      creation_time: '2026-01-01T00:00:00Z',
      name: 'ed25519',
      public_key: Buffer.from(version.export({ format: 'jwk' }).x as string, 'base64url').toString('base64'),
    },
  ])
  const data = {
    type: 'ed25519',
    keys: Object.fromEntries(entries),
    latest_version: key.versions.length,
    min_available_version: 0,
    min_decryption_version: 1,
    min_encryption_version: key.minEncryption,
    supports_signing: true,
    deletion_allowed: false,
    derived: false,
    exportable: false,
  }
  return { status: 200, body: { data } }
}

function signed(key: TransitKey | undefined, { input, key_version: number = 0 }: Record<string, unknown>): Answer {
  if (key === undefined) return error(400, 'signing key not found')
  const version = number === 0 ? key.versions.length : Number(number)
  if (version > key.versions.length) {
    return error(400, 'requested version for signing is higher than the latest key version')
  }
  if (key.minEncryption > 0 && version < key.minEncryption) {
    return error(400, 'requested version for signing is less than the minimum encryption key version')
  }
  const message = Buffer.from(String(input), 'base64')
  if (typeof input !== 'string' || message.toString('base64') !== input) return error(400, 'unable to decode input')
  const signature = sign(null, message, key.versions[version - 1] as KeyObject).toString('base64')
  return { status: 200, body: { data: { key_version: version, signature: `vault:v${version}:${signature}` } } }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

function error(status: number, ...errors: string[]): Answer {
  return { status, body: { errors } }
}
