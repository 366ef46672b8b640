import type { Context } from 'hono'
import type { IssuerConfig } from '../../config/people.ts'
import type { KeyIdentity } from '../../config/types.ts'
import { type Granted, grantedBy, type PersonClaims, personPseudonym } from '../../domain/access/person.ts'
import { roleNames } from '../../domain/access/roles.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'

/** Which tenant a person with several means. */
export const TENANT_HEADER = 'X-Palimpsest-Tenant'

type PeopleDeps = Pick<ApiDeps, 'config' | 'keys'>

/**
 * Who an account is here, by the grants of its issuer. Nothing of the account but a pseudonym goes on from here.
 * @param tenant null: the only one in which it has a role.
 * @throws PalimpsestError `role_missing` or `tenant_not_chosen`, 403
 */
export async function identityOf(deps: PeopleDeps, person: PersonClaims, tenant: string | null): Promise<KeyIdentity> {
  const [tenantId, granted] = chosen(deps, person, tenant)
  const secret = await deps.keys.tenantSecret(tenantId, 'person-index')
  return {
    tenantId,
    keyId: personPseudonym(secret, person),
    roles: roleNames.filter((role) => granted.roles.includes(role)),
    app: granted.app,
    team: granted.team,
    person: true,
  }
}

/** The tenant that a request names. */
export function tenantHeader(c: Context<ApiEnv>): string | null {
  return c.req.header(TENANT_HEADER) ?? null
}

function chosen({ config }: PeopleDeps, person: PersonClaims, tenant: string | null): [string, Granted] {
  const issuer = config.people?.issuers.find(({ issuer: name }: IssuerConfig) => name === person.issuer)
  const granted = [...grantedBy(issuer?.grants ?? [], person.claims)].filter(([id]) => config.tenants.has(id))
  const wanted = tenant === null ? granted : granted.filter(([id]) => id === tenant)
  const [first, second] = wanted
  if (!first) throw noRole()
  if (second) throw tenantNotChosen()
  return first
}

function noRole(): PalimpsestError {
  return new PalimpsestError({
    code: 'role_missing',
    status: 403,
    message: 'This account has no role here: ask whoever gives out its groups.',
  })
}

function tenantNotChosen(): PalimpsestError {
  return new PalimpsestError({
    code: 'tenant_not_chosen',
    status: 403,
    message: `This account has roles in several tenants: name one in ${TENANT_HEADER}, or as ?tenant= of /auth/login.`,
    param: TENANT_HEADER,
  })
}
