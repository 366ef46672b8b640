/** What a run is asked for. */
export interface BenchOptions {
  /** Seconds of one window; each measurement has its default. */
  seconds?: number
  repeats?: number
  profile?: ProfileRequest
  /** A line of progress. */
  say(line: string): void
}

/** Asks the gateway for a profile of the part that `window` names. */
export interface ProfileRequest {
  nodeArguments: readonly string[]
  /** Nanoseconds of the system's monotonic clock. */
  window(from: bigint, to: bigint): void
}

/** One measurement of `npm run bench`: starts what it measures, measures, stops it. */
export interface Measurement {
  name: string
  about: string
  run(options: BenchOptions): Promise<{ text: string; data: unknown }>
}
