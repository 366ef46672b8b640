import { parser } from '@prometheus-io/lezer-promql'

/** Labels of each series name that there is, `_bucket`, `_sum` and `_count` of a histogram among them. */
export type KnownSeries = ReadonlyMap<string, ReadonlySet<string>>

/** Added by whoever scrapes. */
const SCRAPED = ['instance', 'job']
/** Grafana's own variables stand where PromQL wants a duration. */
const GRAFANA_DURATION = /\$__(?:rate_interval|interval|range)\b/g

/**
 * What is wrong with a PromQL expression: that it is none, that a metric does not exist, or that a metric has no such
 * label. Empty: nothing.
 */
export function checkExpression(expression: string, known: KnownSeries): string[] {
  const text = expression.replace(GRAFANA_DURATION, '5m')
  const { isWhole, selectors, grouped } = read(text)
  if (!isWhole) return [`is no PromQL: ${expression}`]
  const problems = selectors.flatMap(({ name, labels }) => {
    const has = known.get(name)
    if (has === undefined) return [`names ${name}, which is no metric of the gateway`]
    return labels
      .filter((label) => !has.has(label) && !SCRAPED.includes(label))
      .map((label) => `asks ${name} for the label ${label}, which it does not have`)
  })
  const all = new Set([...SCRAPED, ...selectors.flatMap(({ name }) => [...(known.get(name) ?? [])])])
  const strange = grouped.filter((label) => !all.has(label)).map((label) => `groups by ${label}, which no metric has`)
  // Where a metric is missing its labels are as well.
  return problems.length > 0 ? problems : strange
}

interface Read {
  isWhole: boolean
  selectors: { name: string; labels: string[] }[]
  /** Labels of `by`, `without`, `on` and `ignoring`. */
  grouped: string[]
}

function read(text: string): Read {
  const found: Read = { isWhole: text.trim() !== '', selectors: [], grouped: [] }
  let inGrouping = 0
  parser.parse(text).iterate({
    enter(node) {
      const word = text.slice(node.from, node.to)
      if (node.type.isError) found.isWhole = false
      if (node.name === 'GroupingLabels') inGrouping += 1
      if (node.name === 'VectorSelector') found.selectors.push({ name: '', labels: [] })
      const last = found.selectors.at(-1)
      if (node.name === 'Identifier' && last) last.name = word
      if (node.name !== 'LabelName') return
      if (inGrouping > 0) found.grouped.push(word)
      else last?.labels.push(word)
    },
    leave(node) {
      if (node.name === 'GroupingLabels') inGrouping -= 1
    },
  })
  return found
}
