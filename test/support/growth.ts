import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'

/** A text this many times as long as another takes that much longer where time grows with the length: by its square, 64 times. */
const LONGER = 8
/** How much longer it may take at most, between the two. */
const MOST = 16
/** Work of less than this, in milliseconds, is too little to compare in a process that does much else. */
const LEAST_MS = 1_000
/** Who shares a core with a run lengthens it, but not each time: of so many the shortest counts. */
const RUNS = 6

/** What some work took in milliseconds: all of it, and without collections of garbage. */
export interface Cpu {
  whole: number
  own: number
}
type Work = () => Promise<unknown> | unknown

/**
 * Holds that the time which some work takes grows with its length, not with the square of it, on whatever machine and beside
 * whatever else it does: where it takes long, CPU of this thread is compared with itself. Collecting garbage does not count for
 * the long one, as it costs the more the more else there is in memory. What a length takes in seconds is `npm run bench -- hostile`.
 *
 * @param work takes the length, in whatever unit
 * @param leastMs work of less passes; less than by default where nothing is allocated
 * @param measure says what work took; by default the CPU of this thread
 */
export async function expectLinear(
  length: number,
  work: (length: number) => Promise<unknown> | unknown,
  leastMs = LEAST_MS,
  measure: (work: Work) => Promise<Cpu> = cpuMs,
): Promise<void> {
  const short = Math.ceil(length / LONGER)
  // What is compiled at the first time would count for one of the two.
  await work(short)
  const long = async () => (await measure(() => work(length))).own
  let longest = await long()
  if (longest < leastMs) return
  // All of the short ones come first: a single one that something else lengthened would let any long one pass.
  let shortest = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run += 1) shortest = Math.min(shortest, (await measure(() => work(short))).whole)
  const most = Math.max(leastMs, MOST * shortest)
  for (let run = 1; run < RUNS && longest >= most; run += 1) longest = Math.min(longest, await long())
  if (longest < most) return
  expect.fail(
    `${LONGER} times as much takes ${(longest / shortest).toFixed(1)} times as long: ${longest.toFixed(0)} ms`,
  )
}

let collectedMs = 0
const collections = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectedMs += duration
})

/** CPU of this thread. */
async function cpuMs(work: Work): Promise<Cpu> {
  collections.observe({ entryTypes: ['gc'] })
  const [cpuBefore, collectedBefore] = [process.threadCpuUsage(), collectedMs]
  await work()
  const { user, system } = process.threadCpuUsage(cpuBefore)
  // Collections are told of behind the turn in which they were.
  await setImmediate()
  await setImmediate()
  collections.disconnect()
  const whole = (user + system) / 1000
  return { whole, own: whole - (collectedMs - collectedBefore) }
}
