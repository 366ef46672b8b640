import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'

const PARENT_BASED = 'parentbased_'

/** By the names of `OTEL_TRACES_SAMPLER`. `ratio` is 0 to 1. */
export function samplerOf({ sampler, ratio }: { sampler: string; ratio: number }): Sampler {
  if (sampler.startsWith(PARENT_BASED)) {
    return new ParentBasedSampler({ root: samplerOf({ sampler: sampler.slice(PARENT_BASED.length), ratio }) })
  }
  if (sampler === 'always_off') return new AlwaysOffSampler()
  return sampler === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler()
}
