import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { hashKey } from './keys.ts'
import { list, mapping, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Two tenants of one id, one key twice, one key id twice in a tenant; an approval that nobody could give. */
export function bareKeyProblems(source: YamlSource): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const tenantIds = new Map<string, Path>()
  const keys = new Map<string, Path>()
  const once = (seen: Map<string, Path>, value: string | null, path: Path, words: string) => {
    if (value === null) return
    const first = seen.get(value)
    if (first === undefined) seen.set(value, path)
    else problems.push(source.problem(path, `${written(path)} ${words} ${written(first)}`))
  }
  for (const [index, tenant] of list(mapping(source.value).tenants).entries()) {
    const keyIds = new Map<string, Path>()
    once(tenantIds, text(mapping(tenant).id), ['tenants', index, 'id'], 'is the same id as')
    for (const [place, key] of list(mapping(tenant).keys).entries()) {
      const path = ['tenants', index, 'keys', place]
      const value = text(mapping(key).key)
      once(keys, value === null ? null : hashKey(value), [...path, 'key'], 'is the same key as')
      once(keyIds, text(mapping(key).id), [...path, 'id'], 'is the same id as')
    }
    const { approval } = mapping(mapping(tenant).erasure)
    if (approval === 'people' && !peopleMayApprove(source, tenant)) {
      const path = ['tenants', index, 'erasure', 'approval']
      problems.push(
        source.problem(path, `${written(path)} needs a grant of the role privacy under "people" for this tenant`),
      )
    }
    if (approval === true && officersOf(tenant) < 2 && !peopleMayApprove(source, tenant)) {
      const path = ['tenants', index, 'erasure', 'approval']
      problems.push(
        source.problem(path, `${written(path)} needs a second key of the role privacy: who asks cannot approve`),
      )
    }
  }
  return problems
}

/** How many people have the role is known to their provider alone. */
function peopleMayApprove(source: YamlSource, tenant: unknown): boolean {
  const grants = list(mapping(mapping(source.value).people).issuers).flatMap((issuer) => list(mapping(issuer).grants))
  const id = text(mapping(tenant).id)
  return grants.some((grant) => mapping(grant).tenant === id && list(mapping(grant).roles).includes('privacy'))
}

function officersOf(tenant: unknown): number {
  const roles = list(mapping(tenant).keys).map((key) => mapping(key).role)
  return roles.filter((role) => role === 'privacy' || list(role).includes('privacy')).length
}
