import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** A consent without what it is for (Art. 6(1)(a) asks for specific purposes); a basis of Art. 9 without one of Art. 6. */
export function basisProblems(source: YamlSource): ConfigProblem[] {
  return list(mapping(source.value).tenants).flatMap((tenant, index) =>
    Object.entries(mapping(mapping(tenant).tools)).flatMap(([name, tool]) =>
      toolProblems(source, mapping(tool), ['tenants', index, 'tools', name]),
    ),
  )
}

function toolProblems(source: YamlSource, tool: Readonly<Record<string, unknown>>, path: Path): ConfigProblem[] {
  const { purpose, lawful_basis: basis, special_category_basis: special } = tool
  const problems: ConfigProblem[] = []
  if (special !== undefined && basis === undefined) {
    const at = [...path, 'special_category_basis']
    problems.push(
      source.problem(at, `${written(at)} needs lawful_basis beside it: Art. 9 GDPR does not take its place`),
    )
  }
  if ((basis === 'consent' || special === 'explicit_consent') && purpose === undefined) {
    const at = [...path, basis === 'consent' ? 'lawful_basis' : 'special_category_basis']
    problems.push(source.problem(at, `${written(at)} needs purpose beside it: consent is given for a purpose`))
  }
  return problems
}
