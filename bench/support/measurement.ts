/** What a run is asked for. */
export interface BenchOptions {
  /** Seconds of one window; each measurement has its default. */
  seconds?: number
  repeats?: number
  /** Entries of a large ledger. */
  entries?: number
  /** Requests at work at a time; the default is the gateway's. */
  atWork?: number
  /** A line of progress. */
  say(line: string): void
}

/** One measurement of `npm run bench`: starts what it measures, measures, stops it. */
export interface Measurement {
  name: string
  about: string
  run(options: BenchOptions): Promise<{ text: string; data: unknown }>
}
