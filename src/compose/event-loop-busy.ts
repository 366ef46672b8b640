/** Milliseconds over which it is told. */
const WINDOW_MS = 200

/** The share of the time, 0 to 1, in which the event loop was busy, in the last window that was over when somebody asked. */
export function eventLoopBusy(): () => number {
  let from = performance.eventLoopUtilization()
  let share = 0
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(from)
    if (active + idle >= WINDOW_MS) {
      share = utilization
      from = performance.eventLoopUtilization()
    }
    return share
  }
}
