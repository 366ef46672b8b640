export interface Loop {
  /** Runs the next round at once, or right after the one under way. */
  poke(): void
  /** Ends the loop after the round under way. */
  stop(): Promise<void>
}

/**
 * Runs rounds one after another, `pauseMs` apart, until it is stopped. A round that fails is reported and the next one
 * comes all the same.
 */
export function every(pauseMs: number, round: () => Promise<unknown>, failed: (error: unknown) => void): Loop {
  let stopped = false
  let wake: (() => void) | null = null
  let poked = false

  async function run(): Promise<void> {
    while (!stopped) {
      poked = false
      try {
        await round()
      } catch (error) {
        failed(error)
      }
      if (stopped || poked) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wake = null
    }
  }

  const running = run()
  return {
    poke() {
      poked = true
      wake?.()
    },
    async stop() {
      stopped = true
      wake?.()
      await running
    },
  }
}
