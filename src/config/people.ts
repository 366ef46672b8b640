import type { PersonGrant } from '../domain/access/person.ts'
import type { PeopleFile } from './schema-people.ts'

const SESSION_MINUTES = 60
const CLOCK_TOLERANCE_SECONDS = 30
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export interface IssuerConfig {
  issuer: string
  /** Whose tokens are taken: one of these has to be among a token's audiences. */
  audiences: readonly string[]
  algorithms: readonly string[]
  clockToleranceSeconds: number
  /** Null: nobody signs in with a browser through this issuer. */
  client: { id: string; secret: string | null; scope: string } | null
  grants: readonly PersonGrant[]
}

/** Who may come with an account of theirs. */
export interface PeopleConfig {
  /** Where browsers reach this gateway, without a slash at the end; null: nobody signs in with one. */
  publicUrl: string | null
  sessionMs: number
  issuers: readonly IssuerConfig[]
}

export function buildPeople(file: PeopleFile): PeopleConfig {
  return {
    publicUrl: file.public_url?.replace(/\/+$/, '') ?? null,
    sessionMs: (file.session_minutes ?? SESSION_MINUTES) * 60_000,
    issuers: file.issuers.map((issuer) => ({
      issuer: issuer.issuer,
      audiences: issuer.audiences,
      algorithms: issuer.algorithms ?? ALGORITHMS,
      clockToleranceSeconds: issuer.clock_tolerance_seconds ?? CLOCK_TOLERANCE_SECONDS,
      client: issuer.client
        ? { id: issuer.client.id, secret: issuer.client.secret ?? null, scope: issuer.client.scope ?? 'openid' }
        : null,
      grants: issuer.grants.map(({ tenant, app, team, ...grant }) => ({
        ...grant,
        tenantId: tenant,
        app: app ?? 'people',
        team: team ?? null,
      })),
    })),
  }
}
