import { type Answer, type Asked, type Served, serveJson } from './server.ts'
import { refuse, Transit } from './transit.ts'

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

/**
 * Vault's transit engine as its API documentation has it, for `ed25519` keys and derived `aes256-gcm96` ones: paths, members,
 * states, status codes and the words of its errors. Signatures and ciphertexts are real. A member that the API does not know is
 * refused, where Vault would ignore it.
 */
export async function startVaultDouble(): Promise<VaultDouble> {
  const state = { sealed: false, asked: [] as string[], transit: new Transit(), tokens: new Set<string>() }
  const [token, roleId, secretId] = ['root-token', 'role-1', 'secret-1']
  const served = await serveJson((asked) => {
    state.asked.push(`${asked.method} ${asked.path.slice('/v1/'.length)}`)
    if (state.sealed) return refuse(503, 'Vault is sealed')
    if (asked.headers['x-vault-request'] !== 'true') return refuse(400, 'missing X-Vault-Request')
    if (asked.path === '/v1/auth/approle/login') return logIn(asked)
    const given = asked.headers['x-vault-token']
    if (given !== token && !state.tokens.has(String(given))) return refuse(403, 'permission denied')
    return state.transit.answer(asked)
  })

  function logIn({ method, body }: Asked): Answer {
    if (method !== 'POST') return refuse(405, 'unsupported operation')
    if (body.role_id !== roleId || body.secret_id !== secretId) return refuse(400, 'invalid role or secret ID')
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
