import { createHmac } from 'node:crypto'

/** What an identity provider vouches for. */
export interface PersonClaims {
  issuer: string
  /** The provider's own id of the account. */
  subject: string
  claims: Readonly<Record<string, unknown>>
}

/** Who has this value in this claim may do this in this tenant. */
export interface PersonGrant {
  /** A claim's name; with dots, the path to it. */
  claim: string
  value: string
  tenantId: string
  roles: readonly string[]
  app: string
  team: string | null
}

export interface Granted {
  roles: readonly string[]
  app: string
  team: string | null
}

/** What the claims grant, by tenant: all roles together, app and team of the first grant that holds. */
export function grantedBy(grants: readonly PersonGrant[], claims: PersonClaims['claims']): Map<string, Granted> {
  const granted = new Map<string, Granted>()
  for (const { claim, value, tenantId, roles, app, team } of grants) {
    if (!holds(claimOf(claims, claim), value)) continue
    const before = granted.get(tenantId)
    granted.set(
      tenantId,
      before ? { ...before, roles: [...new Set([...before.roles, ...roles])] } : { roles, app, team },
    )
  }
  return granted
}

/** A name with dots in it may be one claim's, such as an address, or a path. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

function holds(claim: unknown, value: string): boolean {
  return claim === value || (Array.isArray(claim) && claim.includes(value))
}

/** What a person's name in entries begins with. */
const PERSON_PREFIX = 'person_'
const PERSON = new RegExp(`^${PERSON_PREFIX}[0-9a-f]{32}$`)

/** Whether a name in an entry is a person's rather than a key's. */
export function isPersonPseudonym(name: string): boolean {
  return PERSON.test(name)
}

/**
 * What a person is called in entries: the same for one account in one tenant, and to be computed by those only who have the tenant's
 * secret, which rests sealed. @param secret 32 bytes
 */
export function personPseudonym(secret: Uint8Array, { issuer, subject }: PersonClaims): string {
  const account = JSON.stringify([issuer, subject])
  return `${PERSON_PREFIX}${createHmac('sha256', secret).update(account, 'utf8').digest('hex').slice(0, 32)}`
}
