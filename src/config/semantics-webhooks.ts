import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, text } from './raw.ts'
import type { YamlSource } from './yaml-source.ts'

/** One address twice, or a tenant that is not there. */
export function webhookProblems(source: YamlSource): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const file = mapping(source.value)
  const known = new Set(list(file.tenants).map((tenant) => text(mapping(tenant).id)))
  const seen = new Set<string>()
  for (const [index, webhook] of list(file.webhooks).entries()) {
    const { url, tenants } = mapping(webhook)
    const address = text(url)
    if (address !== null && seen.has(address)) {
      const at = ['webhooks', index, 'url']
      problems.push(source.problem(at, `${written(at)} is there already: give one webhook all its events`))
    } else if (address !== null) seen.add(address)
    for (const [place, tenant] of list(tenants).entries()) {
      const named = text(tenant)
      if (named === null || known.has(named)) continue
      const at = ['webhooks', index, 'tenants', place]
      problems.push(source.problem(at, `${written(at)} names a tenant that is not in this file`))
    }
  }
  return problems
}
