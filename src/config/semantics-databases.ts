import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, text } from './raw.ts'
import type { YamlSource } from './yaml-source.ts'

/** Two databases of one name, a view that is listed twice, a tenant that there is not. */
export function databaseProblems(source: YamlSource): ConfigProblem[] {
  const file = mapping(source.value)
  const tenants = list(file.tenants).map((tenant) => text(mapping(tenant).id))
  const names = list(file.databases).map((database) => text(mapping(database).name))
  return list(file.databases).flatMap((value, index) => {
    const database = mapping(value)
    const path = ['databases', index]
    const problems: ConfigProblem[] = []
    if (names[index] !== null && names.indexOf(names[index] ?? null) < index) {
      const at = [...path, 'name']
      problems.push(source.problem(at, `${written(at)} is the name of another database: give each its own`))
    }
    for (const field of ['views', 'functions', 'tenants']) {
      const all = list(database[field])
      all.forEach((one, place) => {
        const at = [...path, field, place]
        if (all.indexOf(one) < place) problems.push(source.problem(at, `${written(at)} stands here twice: keep one`))
        else if (field === 'tenants' && text(one) !== null && !tenants.includes(text(one))) {
          problems.push(source.problem(at, `${written(at)} is no tenant of this file`))
        }
      })
    }
    return problems
  })
}
