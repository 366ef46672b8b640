import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface LoadOrder {
  origin: string
  path: string
  headers: Record<string, string>
  connections: number
  seconds: number
  /** Number of the first prompt; prompts are never sent twice in one run. */
  first: number
  /** So many requests at most. */
  requests?: number
  /** The gateway says how many identifiers it found; the bare double does not. */
  expectRedactions: boolean
}

export interface LoadReport {
  /** Milliseconds, of requests answered rightly. */
  latencies: number[]
  /** What else came, by kind. */
  refused: Record<string, number>
  sent: number
  /** Right answers within the window, a second. */
  ratePerSecond: number
  /** The generator's own CPU. */
  cpuMs: number
}

export interface LoadGenerator {
  run(order: LoadOrder): Promise<LoadReport>
  stop(): void
}

/** Starts the load generator; it waits for orders. */
export function startLoadGenerator(): LoadGenerator {
  const script = fileURLToPath(new URL('./load-process.ts', import.meta.url))
  const child: ChildProcess = fork(script, [], { serialization: 'advanced', execArgv: [] })
  return {
    run(order) {
      return new Promise((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`the load generator ended with ${code}`))
        child.once('exit', ended)
        child.once('message', (answer: { report?: LoadReport; error?: string }) => {
          child.off('exit', ended)
          if (answer.report) resolve(answer.report)
          else reject(new Error(`the load generator failed: ${answer.error}`))
        })
        child.send(order)
      })
    },
    stop: () => child.disconnect(),
  }
}
