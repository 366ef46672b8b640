import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, text } from './raw.ts'
import type { YamlSource } from './yaml-source.ts'

/** One issuer twice, a grant in a tenant that is not there, a browser's sign-in that could not come back. */
export function peopleProblems(source: YamlSource): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const file = mapping(source.value)
  const people = mapping(file.people)
  const tenants = new Set(list(file.tenants).map((tenant) => text(mapping(tenant).id)))
  const issuers = new Map<string, number>()
  for (const [index, issuer] of list(people.issuers).entries()) {
    const path = ['people', 'issuers', index]
    const name = text(mapping(issuer).issuer)
    const first = name === null ? undefined : issuers.get(name)
    if (first !== undefined) {
      const other = written(['people', 'issuers', first, 'issuer'])
      problems.push(source.problem([...path, 'issuer'], `${written([...path, 'issuer'])} is the same as ${other}`))
    } else if (name !== null) issuers.set(name, index)
    for (const [place, grant] of list(mapping(issuer).grants).entries()) {
      const tenant = text(mapping(grant).tenant)
      if (tenant === null || tenants.has(tenant)) continue
      const at = [...path, 'grants', place, 'tenant']
      problems.push(source.problem(at, `${written(at)} names a tenant that is not in this file`))
    }
    if (mapping(issuer).client !== undefined && text(people.public_url) === null) {
      const at = [...path, 'client']
      problems.push(source.problem(at, `${written(at)} needs people.public_url: where the browser comes back to`))
    }
  }
  return problems
}
