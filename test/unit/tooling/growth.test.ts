import { describe, expect, it } from 'vitest'
import { type Cpu, expectLinear } from '../../support/growth.ts'

let sum = 0
function count(steps: number): void {
  for (let i = 0; i < steps; i += 1) sum = (sum + i) % 9973
}

/** A clock that goes by what the work says it takes, lengthened at some of the times that it is asked. */
function pretended(lengthened: (time: number) => number) {
  let time = 0
  return async (work: () => unknown): Promise<Cpu> => {
    const ms = Number(await work()) * lengthened(time)
    time += 1
    return { whole: ms, own: ms }
  }
}

describe('Growth of time', () => {
  it('by the length passes', () => expectLinear(20_000_000, count, 20))

  it('by its square does not', async () => {
    await expect(expectLinear(8_000, (length) => count(length * length), 20)).rejects.toThrow('8 times as much takes')
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('by its square does not where the machine stops for time %i', async (stopped) => {
    const clock = pretended((time) => (time === stopped ? 20 : 1))
    await expect(expectLinear(8_000, (length) => length * length, 20, clock)).rejects.toThrow(
      'takes 64.0 times as long',
    )
  })

  it('by the length passes where the machine stops at all times but one of each length', async () => {
    const clock = pretended((time) => (time === 6 || time === 9 ? 1 : 20))
    await expectLinear(8_000, (length) => length, 20, clock)
  })

  it('is of no account where the work is little', () =>
    expectLinear(
      8,
      (length) => length * length,
      65,
      pretended(() => 1),
    ))
})
