import { cpus } from 'node:os'
import { BUSY_WINDOW_MS, type BusyShares } from '../domain/limits/admission.ts'

/** How busy event loop and processors were in the last window that was over when somebody asked. */
export function busyShares(): () => BusyShares {
  let [loop, times] = [performance.eventLoopUtilization(), processorTimes()]
  let shares: BusyShares = { loop: 0, processors: 0 }
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(loop)
    if (active + idle < BUSY_WINDOW_MS) return shares
    const now = processorTimes()
    const all = now.all - times.all
    shares = { loop: utilization, processors: all > 0 ? 1 - (now.idle - times.idle) / all : 0 }
    loop = performance.eventLoopUtilization()
    times = now
    return shares
  }
}

/** Milliseconds of all processors of the machine since it started. Within a container too they are those of the machine. */
function processorTimes(): { all: number; idle: number } {
  const sum = { all: 0, idle: 0 }
  for (const { times } of cpus()) {
    sum.all += times.user + times.nice + times.sys + times.irq + times.idle
    sum.idle += times.idle
  }
  return sum
}
