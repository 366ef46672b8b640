import { readFile } from 'node:fs/promises'
import { KmsKeyUnknown, KmsRefused, KmsUnavailable } from '../../../ports/kms.ts'

/** A token, the file in which an agent keeps a fresh one, or an AppRole that gets one. */
export type VaultAuth =
  | { kind: 'token'; token: string }
  | { kind: 'file'; file: string }
  | { kind: 'approle'; roleId: string; secretId: string }

export interface VaultAccess {
  /** Address of the server, without a slash at the end. */
  address: string
  auth: VaultAuth
  /** Null: the root namespace. */
  namespace: string | null
}

type Json = Record<string, unknown>

/**
 * Sends one request below `/v1/` and gives the answer's `data`; null where there is none.
 * @throws KmsUnavailable, KmsRefused (403), KmsKeyUnknown (404), VaultRejected (400)
 */
export type VaultClient = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Json | null>

/** As in the client of AWS: together less than what a transaction may idle. */
const CALL_WITHIN_MS = 2_000
const TRIES = 2
const PAUSE_MS = 100

/** Answered with 400 where a key does not exist; each path has its own words for it. */
const NO_SUCH_KEY = /encryption key not found|signing key not found|policy not found|no existing key named/

/** Answered with 400: Vault's own words, for the adapter to tell apart. */
export class VaultRejected extends Error {
  readonly words: string

  constructor(words: string) {
    super('Vault rejects the request')
    this.name = 'VaultRejected'
    this.words = words
  }
}

/** Vault's HTTP API, or OpenBao's. A server that is away, sealed, in standby or overloaded is asked twice, then KmsUnavailable. */
export function createVaultClient(access: VaultAccess): VaultClient {
  const tokens = new Tokens(access)

  async function once(method: string, path: string, body: object | undefined): Promise<Json | null> {
    const answer = await request(access, method, path, body, await tokens.get())
    const data = answer?.data
    return typeof data === 'object' && data !== null ? (data as Json) : null
  }

  return async (method, path, body) => {
    let renewed = false
    for (let tries = 1; ; tries++) {
      try {
        return await once(method, path, body)
      } catch (error) {
        // A token may have been revoked before its time.
        const again: boolean = error instanceof KmsRefused && tokens.drop() && !renewed
        renewed ||= again
        if (!again && (!(error instanceof KmsUnavailable) || tries === TRIES)) throw error
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  }
}

class Tokens {
  private readonly access: VaultAccess
  private login: Promise<{ token: string; until: number }> | null = null

  constructor(access: VaultAccess) {
    this.access = access
  }

  async get(): Promise<string> {
    const { auth } = this.access
    if (auth.kind === 'token') return auth.token
    if (auth.kind === 'file') return tokenIn(auth.file)
    if (this.login !== null && (await this.login).until <= Date.now()) this.login = null
    this.login ??= logIn(this.access, auth)
    this.login.catch(() => {
      this.login = null
    })
    return (await this.login).token
  }

  /** Forgets the token where another can be had; false: there is none. */
  drop(): boolean {
    this.login = null
    return this.access.auth.kind === 'approle'
  }
}

async function logIn(
  access: VaultAccess,
  { roleId, secretId }: { roleId: string; secretId: string },
): Promise<{ token: string; until: number }> {
  const askedAt = Date.now()
  const body = { role_id: roleId, secret_id: secretId }
  const answer = await request(access, 'POST', 'auth/approle/login', body, null).catch((error: unknown) => {
    throw error instanceof VaultRejected ? new KmsRefused('denied', { cause: error }) : error
  })
  const { client_token: token, lease_duration: seconds } = (answer?.auth ?? {}) as Json
  if (typeof token !== 'string' || typeof seconds !== 'number') throw new KmsUnavailable()
  // A lease of 0 does not end.
  return { token, until: seconds === 0 ? Number.POSITIVE_INFINITY : askedAt + (seconds * 1000 * 2) / 3 }
}

/** Read each time: the agent writes a new one before the old one ends. */
async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KmsRefused('denied', { cause })
  })
  return text.trim()
}

async function request(
  { address, namespace }: VaultAccess,
  method: string,
  path: string,
  body: object | undefined,
  token: string | null,
): Promise<Json | null> {
  const away = (cause: unknown) => {
    throw new KmsUnavailable({ cause })
  }
  const answer = await fetch(`${address}/v1/${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
    headers: {
      'x-vault-request': 'true',
      ...(token !== null && { 'x-vault-token': token }),
      ...(namespace !== null && { 'x-vault-namespace': namespace }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(away)
  const text = await answer.text().catch(away)
  if (answer.status >= 200 && answer.status < 300) return text === '' ? null : parse(text)
  throw errorOf(answer.status, text)
}

/** 429, 472 and 473: overloaded or a standby; 412: a standby that has not caught up; 503: sealed or in maintenance. */
function errorOf(status: number, text: string): Error {
  const away = status >= 500 || status === 429 || status === 412 || status === 472 || status === 473
  // Redirects come from a standby; its address may be one that is not ours to follow.
  if (away || (status >= 300 && status < 400)) return new KmsUnavailable()
  const errors = parse(text).errors
  const words = Array.isArray(errors) ? errors.join(' ') : ''
  if (status === 404 || (status === 400 && NO_SUCH_KEY.test(words))) return new KmsKeyUnknown()
  return status === 400 ? new VaultRejected(words) : new KmsRefused('denied')
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch (cause) {
    throw new KmsUnavailable({ cause })
  }
}
