import type { KeyIdentity } from '../../config/types.ts'
import { isPersonPseudonym } from '../../domain/access/person.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'

/**
 * Where a tenant wants two people, nobody asks or decides with a key: whose a key is nobody here knows, and one person may have a
 * key and an account. Two accounts are two people as far as their provider makes them so.
 * @throws PalimpsestError `person_required`, 403
 */
export function requirePerson(deps: Pick<ApiDeps, 'config'>, caller: KeyIdentity): void {
  if (caller.person === true || !wantsPeople(deps, caller.tenantId)) return
  throw new PalimpsestError({
    code: 'person_required',
    status: 403,
    message: 'In this tenant two people ask for an erasure and approve it, not keys: sign in with an account of yours.',
  })
}

/**
 * A case that was asked for with a key, before two people were wanted, may be rejected, not approved.
 * @throws PalimpsestError `person_required`, 403
 */
export function requireOfficerPerson(deps: Pick<ApiDeps, 'config'>, tenantId: string, officer: string): void {
  if (isPersonPseudonym(officer) || !wantsPeople(deps, tenantId)) return
  throw new PalimpsestError({
    code: 'person_required',
    status: 403,
    message:
      'This erasure was asked for with a key, before two people were wanted: reject it, then ask for it as a person.',
  })
}

function wantsPeople({ config }: Pick<ApiDeps, 'config'>, tenantId: string): boolean {
  return config.tenants.get(tenantId)?.erasure?.approval === 'people'
}
