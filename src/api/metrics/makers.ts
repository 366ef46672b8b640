import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What makes metrics of a registry. Every name begins with `palimpsest_`. */
export interface Makers {
  readonly registry: Registry
  counter(name: string, help: string, labelNames?: string[]): Counter
  gauge(name: string, help: string, labelNames?: string[]): Gauge
  /** Seconds, over the given upper bounds. */
  histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram
  /** A gauge that is asked for its value whenever the metrics are read. */
  collected(name: string, help: string, read: () => number): void
}

export function makersOf(registry: Registry): Makers {
  const common = (name: string, help: string) => ({ name: `palimpsest_${name}`, help, registers: [registry] })
  return {
    registry,
    counter: (name, help, labelNames = []) => new Counter({ ...common(name, help), labelNames }),
    gauge: (name, help, labelNames = []) => new Gauge({ ...common(name, help), labelNames }),
    histogram: (name, help, labelNames, buckets) => new Histogram({ ...common(name, help), labelNames, buckets }),
    collected(name, help, read) {
      new Gauge({
        ...common(name, help),
        collect() {
          this.set(read())
        },
      })
    },
  }
}
