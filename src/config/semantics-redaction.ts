import { ENTITY_TYPES } from '../domain/redaction/entity-types.ts'
import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/**
 * Types to redact and thresholds that name a type which nothing finds: a misspelt one would leave its values in the text.
 * With a Presidio any type may be one of its.
 */
export function redactionProblems(source: YamlSource, hasPresidio: boolean): ConfigProblem[] {
  if (hasPresidio) return []
  return list(mapping(source.value).tenants).flatMap((tenant, index) => {
    const redaction = mapping(mapping(tenant).redaction)
    const own = [...list(redaction.deny), ...list(redaction.recognisers)].map((one) => text(mapping(one).entity_type))
    const known = new Set([...ENTITY_TYPES, ...own])
    const path: Path = ['tenants', index, 'redaction']
    return [
      ...unknownTypes(source, redaction, path, known),
      ...Object.entries(mapping(mapping(tenant).tools)).flatMap(([tool, value]) =>
        unknownTypes(source, mapping(mapping(value).redaction), ['tenants', index, 'tools', tool, 'redaction'], known),
      ),
    ]
  })
}

function unknownTypes(
  source: YamlSource,
  redaction: Readonly<Record<string, unknown>>,
  path: Path,
  known: ReadonlySet<string | null>,
): ConfigProblem[] {
  const names: [Path, unknown][] = [
    ...list(redaction.entities).map((name, i): [Path, unknown] => [[...path, 'entities', i], name]),
    ...Object.keys(mapping(redaction.thresholds)).map((name): [Path, unknown] => [[...path, 'thresholds', name], name]),
  ]
  return names
    .filter(([, name]) => typeof name === 'string' && !known.has(name))
    .map(([at]) =>
      source.problem(
        at,
        `${written(at)} is no type that is found here: take one of docs/pii.md, or give it a recogniser or a deny list`,
      ),
    )
}
