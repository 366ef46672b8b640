import { fileURLToPath } from 'node:url'
import { type AskedProcess, startAskedProcess } from './ask-process.ts'

export interface LoadOrder {
  origin: string
  path: string
  headers: Record<string, string>
  connections: number
  seconds: number
  /** Milliseconds between two requests, which are sent when they are due; absent: as soon as the last one is answered. */
  everyMs?: number
  /** Number of the first prompt; prompts are never sent twice in one run. */
  first: number
  /** So many requests at most. */
  requests?: number
  /** The gateway says how many identifiers it found; the bare double does not. */
  expectRedactions: boolean
}

export interface LoadReport {
  /** Milliseconds, of requests answered rightly; where they were due at a time, since then. */
  latencies: number[]
  /** What else came, by kind. */
  refused: Record<string, number>
  sent: number
  /** Right answers within the window, a second. */
  ratePerSecond: number
  /** The generator's own CPU. */
  cpuMs: number
}

export type LoadGenerator = AskedProcess<LoadOrder, LoadReport>

/** Starts the load generator; it waits for orders. */
export function startLoadGenerator(): LoadGenerator {
  return startAskedProcess(fileURLToPath(new URL('./load-process.ts', import.meta.url)))
}
