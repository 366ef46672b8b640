import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Crowd, Places } from '../../../src/domain/limits/places.ts'

/** Places, and how many of each tenant wait. */
function open(count = 6) {
  const places = new Places<object>(count)
  const lines: Record<string, number> = {}
  const may = (tenantId: string, now: number, crowd: Partial<Crowd> = {}) =>
    places.mayBegin(tenantId, { now, isBusy: true, waitingOf: (id) => lines[id] ?? 0, ...crowd })
  const one = (tenantId: string, now: number): object => {
    const begun = {}
    places.begin(tenantId, begun, now)
    return begun
  }
  /** Begins requests of a tenant as long as it may. */
  const fill = (tenantId: string, now: number, crowd?: Partial<Crowd>): object[] => {
    const begun: object[] = []
    while (may(tenantId, now, crowd)) begun.push(one(tenantId, now))
    return begun
  }
  return { places, lines, may, one, fill }
}

describe('the places of those who share a process', () => {
  test('who is alone holds all of them, and the others hold one each beyond, up to as many again', () => {
    const { fill, lines } = open()
    lines.a = 10
    expect(fill('a', 0)).toHaveLength(6)
    for (const tenant of ['b', 'c', 'd', 'e', 'f', 'g']) expect(fill(tenant, 0)).toHaveLength(1)
    expect(fill('h', 0)).toHaveLength(0)
  })

  test('of several each holds at most an equal part of half of them, and one at least', () => {
    const sharesOf = (count: number, tenants: readonly string[]) => {
      const { places, fill, lines } = open(count)
      for (const tenant of tenants) {
        lines[tenant] = 10
        places.came(tenant, 0)
      }
      return tenants.map((tenant) => fill(tenant, 0).length)
    }
    expect(sharesOf(12, ['a', 'b'])).toEqual([3, 3])
    expect(sharesOf(12, ['a', 'b', 'c'])).toEqual([2, 2, 2])
    expect(sharesOf(6, ['a', 'b'])).toEqual([1, 1])
    expect(sharesOf(2, ['a', 'b', 'c', 'd', 'e'])).toEqual([1, 1, 1, 1, 0])
  })

  test('who has a line lets a request of one that has none go first, until that is done', () => {
    const { places, one, may, lines } = open()
    lines.noisy = 10
    places.leave(one('noisy', 0), 1)
    const quiet = one('quiet', 2)
    expect(may('noisy', 3)).toBe(false)
    // Whoever has a line himself that is not far shorter is not quiet.
    lines.quiet = 2
    expect(may('noisy', 3)).toBe(true)
    lines.quiet = 0
    places.leave(quiet, 4)
    expect(may('noisy', 4)).toBe(true)
  })

  test('of somebody who always has one at work it lets one go first for each of its own', () => {
    const { places, one, may, lines } = open()
    lines.noisy = 10
    places.leave(one('noisy', 0), 1)
    const first = one('quiet', 2)
    expect(may('noisy', 3)).toBe(false)
    places.leave(first, 4)
    const second = one('quiet', 4)
    expect(may('noisy', 5)).toBe(true)
    const own = one('noisy', 5)
    // What goes on after its provider is not a second one.
    places.leave(second, 6)
    places.goOn('quiet', second, 7)
    places.leave(own, 8)
    expect(may('noisy', 11)).toBe(true)
    places.leave(second, 12)
    one('quiet', 12)
    expect(may('noisy', 13)).toBe(false)
  })

  test.each([4, 6, 8, 12, 20])(
    'of %i places one that floods and one that always has one at work both get on',
    (count) => {
      const { places, one, may, lines } = open(count)
      lines.noisy = 100
      const atWork: { tenant: string; begun: object }[] = []
      const done: Record<string, number> = { noisy: 0, quiet: 0 }
      for (let now = 0; now < 4_000; now += 10) {
        for (const tenant of ['quiet', 'noisy']) {
          const more = tenant === 'noisy' || atWork.every((place) => place.tenant !== 'quiet')
          if (more && may(tenant, now)) atWork.push({ tenant, begun: one(tenant, now) })
        }
        // Whoever began first is done first.
        const first = atWork.shift()
        if (!first) continue
        places.leave(first.begun, now)
        done[first.tenant]! += 1
      }
      expect(Math.min(done.noisy!, done.quiet!)).toBeGreaterThan(400 / Math.max(4, count / 2))
      expect(done.quiet! + done.noisy!).toBeGreaterThan(390)
    },
  )

  test('who has a line takes a break as long as its last request worked, beside others and where there is no time to spare', () => {
    const { places, one, may, lines } = open()
    lines.noisy = 2
    places.leave(one('noisy', 0), 40)
    expect(may('noisy', 41)).toBe(true)
    places.came('quiet', 41)
    expect([may('noisy', 79), places.breakOf('noisy', 79)]).toEqual([false, 1])
    expect(may('noisy', 79, { isBusy: false })).toBe(true)
    expect(may('noisy', 80)).toBe(true)
    // With one that waits, or none, it is somebody who sends one after another.
    lines.noisy = 1
    expect(may('noisy', 41)).toBe(true)
    // What worked for less ends no break that is longer.
    const [long, short] = [one('noisy', 100), one('noisy', 180)]
    places.leave(long, 190)
    places.leave(short, 200)
    expect(places.breakOf('noisy', 200)).toBe(80)
  })

  test('who was held up and has a line far shorter than another is no flood: it catches up without breaks, and goes first', () => {
    const { places, one, may, lines } = open()
    Object.assign(lines, { noisy: 40, quiet: 5 })
    const stalled = one('quiet', 0)
    places.leave(one('noisy', 0), 1)
    places.leave(stalled, 500)
    expect(may('quiet', 501)).toBe(true)
    const next = one('quiet', 501)
    expect([may('noisy', 502), may('quiet', 502)]).toEqual([false, false])
    expect([may('quiet', 502, { isBusy: false }), may('noisy', 502, { isBusy: false })]).toEqual([true, true])
    places.leave(next, 540)
    lines.quiet = 6
    expect(may('quiet', 541)).toBe(false)
  })

  test('a request that is at work for a second is waited for no more, unless it went on meanwhile', () => {
    const { places, one, may, lines } = open()
    lines.noisy = 10
    places.leave(one('noisy', 0), 1)
    const quiet = one('quiet', 2)
    expect(may('noisy', 1_001)).toBe(false)
    expect(may('noisy', 1_002)).toBe(true)
    places.leave(quiet, 1_002)
    places.goOn('quiet', quiet, 5_000)
    expect(may('noisy', 5_999)).toBe(false)
    expect(may('noisy', 6_000)).toBe(true)
  })

  test('it stands still for breaks only: where nobody is at work everybody may begin within a second, and never are more than twice as many', () => {
    const tenant = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.record({ tenant, leaves: fc.nat(3), ms: fc.integer({ min: 0, max: 400 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.dictionary(tenant, fc.nat(3)), (steps, waiting) => {
        const { places, one, may, lines } = open(3)
        Object.assign(lines, waiting)
        const atWork: object[] = []
        let now = 0
        for (const { tenant: id, leaves, ms } of steps) {
          now += ms
          if (may(id, now)) atWork.push(one(id, now))
          for (const left of atWork.splice(0, leaves)) places.leave(left, now)
          expect(places.atWork).toBe(atWork.length)
          expect(atWork.length).toBeLessThanOrEqual(6)
          if (atWork.length === 0) {
            for (const any of ['a', 'b', 'c', 'd']) {
              const ms = places.breakOf(any, now)
              expect(ms).toBeLessThanOrEqual(1_000)
              expect(may(any, now + ms)).toBe(true)
            }
          }
        }
      }),
    )
  })

  test('a process with time to spare gives every place to who is alone or has no line, and to who has one beside others, one by one', () => {
    const { one, fill, lines } = open()
    const spare = { isBusy: false }
    lines.a = 10
    one('b', 0)
    expect(fill('a', 0, spare)).toHaveLength(1)
    expect(fill('a', 199, spare)).toHaveLength(0)
    expect([200, 300, 400, 600].map((now) => fill('a', now, spare).length)).toEqual([1, 0, 1, 1])
    lines.a = 1
    expect(fill('a', 601, spare)).toHaveLength(1)
    expect(open().fill('a', 0, spare)).toHaveLength(6)
  })

  test('a tenant that was not here for three seconds takes no part of anybody; one whose request is at work does', () => {
    const { places, one, fill, lines } = open(12)
    lines.a = 10
    places.leave(one('b', 0), 100)
    for (const begun of fill('a', 3_000)) places.leave(begun, 3_000)
    expect(fill('a', 3_099)).toHaveLength(3)
    const long = open(12)
    long.lines.a = 10
    long.one('b', 0)
    expect(long.fill('a', 60_000)).toHaveLength(3)
    const alone = open(12)
    alone.lines.a = 10
    alone.places.leave(alone.one('b', 0), 100)
    expect(alone.fill('a', 3_100)).toHaveLength(12)
  })

  test('one that goes on after its provider counts again, once, and one that is stuck counts no more', () => {
    const { places } = open()
    const [one, other] = [{}, {}]
    places.begin('a', one, 0)
    expect(places.leave(one, 1)).toBe(true)
    expect(places.leave(one, 1)).toBe(false)
    places.goOn('a', one, 2)
    places.goOn('a', one, 3)
    places.begin('b', other, 50)
    expect(places.atWork).toBe(2)
    places.leaveSince(2, 60_000)
    expect(places.atWork).toBe(1)
    expect(places.leave(other, 60_001)).toBe(true)
    expect(places.atWork).toBe(0)
  })
})
