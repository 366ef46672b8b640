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

/**
 * Holds that the time which some work takes grows with its length, not with the square of it, on whatever machine and beside
 * whatever else it does: where it takes long, CPU of this thread is compared with itself. Collecting garbage does not count for
 * the long one, as it costs the more the more else there is in memory. What a length takes in seconds is `npm run bench -- hostile`.
 *
 * @param work takes the length, in whatever unit
 * @param leastMs work of less passes; less than by default where nothing is allocated
 */
export async function expectLinear(
  length: number,
  work: (length: number) => Promise<unknown> | unknown,
  leastMs = LEAST_MS,
): Promise<void> {
  const short = Math.ceil(length / LONGER)
  // What is compiled at the first time would count for the short one.
  await work(short)
  let shortest = Number.POSITIVE_INFINITY
  let longest = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run += 1) {
    shortest = Math.min(shortest, (await cpuMs(() => work(short))).whole)
    longest = Math.min(longest, (await cpuMs(() => work(length))).own)
    if (longest < Math.max(leastMs, MOST * shortest)) return
  }
  expect.fail(
    `${LONGER} times as much takes ${(longest / shortest).toFixed(1)} times as long: ${longest.toFixed(0)} ms`,
  )
}

let collectedMs = 0
const collections = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectedMs += duration
})

/** CPU of this thread in milliseconds: all of it, and without collections of garbage. */
async function cpuMs(work: () => Promise<unknown> | unknown): Promise<{ whole: number; own: number }> {
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
