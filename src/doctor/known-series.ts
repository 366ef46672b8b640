import type { KnownSeries } from '../adapters/prometheus/check-expression.ts'
import { createMetrics } from '../api/metrics.ts'

interface Shape {
  name: string
  type: unknown
  labelNames?: readonly string[]
}

/** Every series name that this version of the gateway has, and its labels: what `/metrics` answers, without values. */
export function knownSeries(): Map<string, Set<string>> {
  const { registry } = createMetrics({
    load: { requests: () => 0, bodyBytes: () => 0, atWork: () => 0, waiting: () => 0 },
    known: { isTenant: () => false, isTool: () => false, isModel: () => false },
    version: '',
  })
  const series = new Map<string, Set<string>>()
  for (const { name, type, labelNames = [] } of registry.getMetricsAsArray() as Shape[]) {
    if (type !== 'histogram' && type !== 'summary') series.set(name, new Set(labelNames))
    else {
      series.set(`${name}_bucket`, new Set([...labelNames, 'le']))
      for (const end of ['_sum', '_count']) series.set(name + end, new Set(labelNames))
    }
  }
  return series
}

export type { KnownSeries }
