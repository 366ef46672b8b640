import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { FaultStack } from '../stack/fault-stack.ts'

export const TARGETS = ['gateway', 'temporal', 'postgres', 'postgres-child'] as const
export type Target = (typeof TARGETS)[number]
export type Kills = Record<Target, number>

const WEIGHTS: Record<Target, number> = { gateway: 40, temporal: 25, postgres: 25, 'postgres-child': 10 }

/** How often a kill may fall into the start of what was killed before; else everything is up, so that there is a load. */
const INTO_A_START = 0.2
const UP_WITHIN_MS = 60_000

export interface KillOptions {
  kills: number
  random: Random
  /** Milliseconds between two kills. */
  between: { least: number; most: number }
  /** Milliseconds after which there are no more kills, however few there were. */
  killWithinMs: number
  say(line: string): void
}

/**
 * Kills with SIGKILL at random moments; what was killed comes up again at once while the next kill may fall into its
 * start. Gives how often each part was hit.
 */
export async function killAtRandom(stack: FaultStack, options: KillOptions): Promise<Kills> {
  const { random, between } = options
  const hits: Kills = { gateway: 0, temporal: 0, postgres: 0, 'postgres-child': 0 }
  const overAt = Date.now() + options.killWithinMs
  let done = 0
  while (done < options.kills && Date.now() < overAt) {
    if (!random.chance(INTO_A_START)) await allUp(stack)
    await sleep(random.between(between.least, between.most))
    const target = random.weighted(TARGETS.map((one) => [one, WEIGHTS[one]] as const))
    if (!(await kill(stack, target, random))) continue
    hits[target] += 1
    done += 1
    if (done % 25 === 0) options.say(`${done} of ${options.kills} kills`)
  }
  await Promise.all([stack.postgres.start(), stack.temporal.start()])
  return hits
}

/** False where it was down already. */
async function kill(stack: FaultStack, target: Target, random: Random): Promise<boolean> {
  if (target === 'gateway') {
    const [first, ...rest] = stack.gateways
    return first ? random.pick([first, ...rest]).kill() : false
  }
  if (target === 'postgres-child') return stack.postgres.killChild((count) => random.between(0, count - 1))
  const server = stack[target]
  if (!server.isUp) return false
  await server.kill()
  // Its start is not waited for: the next kill may come before it is done.
  void server.start()
  return true
}

async function allUp(stack: FaultStack): Promise<void> {
  const giveUpAt = Date.now() + UP_WITHIN_MS
  const isUp = () => stack.postgres.isUp && stack.temporal.isUp && stack.gateways.every(({ isReady }) => isReady)
  while (!isUp() && Date.now() < giveUpAt) await sleep(50)
}
