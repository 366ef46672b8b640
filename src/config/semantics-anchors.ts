import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, number, text } from './raw.ts'
import type { YamlSource } from './yaml-source.ts'

/** One witness twice, and a quorum that its witnesses cannot reach. */
export function anchorProblems(source: YamlSource): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const anchors = mapping(mapping(source.value).anchors)
  const witnesses = list(anchors.witnesses)
  const names = new Map<string, number>()
  for (const [index, witness] of witnesses.entries()) {
    const name = text(mapping(witness).key)?.split('+')[0]
    if (name === undefined) continue
    const first = names.get(name)
    if (first === undefined) names.set(name, index)
    else {
      const path = ['anchors', 'witnesses', index, 'key']
      const other = written(['anchors', 'witnesses', first, 'key'])
      problems.push(source.problem(path, `${written(path)} is of the same witness as ${other}`))
    }
  }
  const quorum = number(anchors.witness_quorum)
  if (quorum !== null && quorum > witnesses.length) {
    const path = ['anchors', 'witness_quorum']
    problems.push(source.problem(path, `${written(path)} is more than the witnesses there are`))
  }
  return problems
}
