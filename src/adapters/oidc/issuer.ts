import { createRemoteJWKSet, type RemoteJWKSet } from 'jose'
import * as client from 'openid-client'
import { PalimpsestError } from '../../errors.ts'

export interface IssuerOptions {
  issuer: string
  audiences: readonly string[]
  algorithms: readonly string[]
  clockToleranceSeconds: number
  client: { id: string; secret: string | null; scope: string } | null
}

/** What an issuer says of itself, and its keys. */
export interface KnownIssuer {
  options: IssuerOptions
  configuration: client.Configuration
  keys: RemoteJWKSet
}

const TIMEOUT_SECONDS = 5
/** Milliseconds that an issuer which did not answer is left alone. */
const AWAY_MS = 1_000

/** An issuer that is asked about itself when it is needed first, and again where it did not answer. */
export class Issuer {
  readonly options: IssuerOptions
  private known: Promise<KnownIssuer> | null = null

  constructor(options: IssuerOptions) {
    this.options = options
  }

  /** @throws PalimpsestError `identity_provider_unavailable`, 503 */
  ask(): Promise<KnownIssuer> {
    this.known ??= this.discover().catch((cause: unknown) => {
      setTimeout(() => {
        this.known = null
      }, AWAY_MS).unref()
      throw providerUnavailable(cause)
    })
    return this.known
  }

  private async discover(): Promise<KnownIssuer> {
    const { issuer, client: own, audiences } = this.options
    const url = new URL(issuer)
    const authentication = own?.secret ? client.ClientSecretBasic(own.secret) : client.None()
    const insecure = url.protocol === 'http:' ? [client.allowInsecureRequests] : []
    const configuration = await client.discovery(url, own?.id ?? audiences[0] ?? '', undefined, authentication, {
      timeout: TIMEOUT_SECONDS,
      execute: [client.enableNonRepudiationChecks, ...insecure],
    })
    const { jwks_uri: keysAt } = configuration.serverMetadata()
    if (keysAt === undefined || (url.protocol === 'https:' && !keysAt.startsWith('https:'))) {
      throw new Error('the issuer names no address of its keys that may be used')
    }
    const keys = createRemoteJWKSet(new URL(keysAt), { timeoutDuration: TIMEOUT_SECONDS * 1000 })
    return { options: this.options, configuration, keys }
  }
}

export function providerUnavailable(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'identity_provider_unavailable',
    status: 503,
    message:
      'The identity provider does not answer as it should, so nobody can be told apart by it; try again, or use an API key.',
    retryAfterSeconds: 2,
    cause,
  })
}
