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

  test('of several that have more to do than they may, each holds an equal part and two at least', () => {
    const { places, fill, lines } = open()
    Object.assign(lines, { a: 10, b: 10, c: 10 })
    for (const tenant of ['a', 'b']) places.came(tenant, 0)
    expect([fill('a', 0).length, fill('b', 0).length]).toEqual([3, 3])
    const more = open()
    const all = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const tenant of all) {
      more.lines[tenant] = 10
      more.places.came(tenant, 0)
    }
    expect(more.fill('a', 0)).toHaveLength(2)
  })

  test('who has more to do than it may begins nothing beside one that has all at work, until that leaves', () => {
    const { places, fill, may, lines } = open()
    lines.a = 10
    const many = fill('a', 0)
    const [quiet] = fill('b', 0)
    for (const begun of many.slice(1)) places.leave(begun, 1)
    expect(may('a', 2)).toBe(false)
    // The other one has asked for more than it may have, too: nobody is quiet.
    expect(may('a', 2, { waitingOf: () => 1 })).toBe(true)
    places.leave(quiet!, 3)
    expect(may('a', 3)).toBe(true)
  })

  test('it never stands still: with nothing at work a request begins, and who is at work for a second is waited for no more', () => {
    const { places, fill, may, lines } = open()
    lines.a = 10
    const many = fill('a', 0)
    fill('b', 0)
    for (const begun of many) places.leave(begun, 1)
    expect(fill('a', 2)).toHaveLength(1)
    expect(may('a', 999)).toBe(false)
    expect(may('a', 1_000)).toBe(true)
  })

  test('a process with time to spare gives every place to whoever asks', () => {
    const { one, fill, lines } = open()
    lines.a = 10
    one('b', 0)
    expect(fill('a', 0, { isBusy: false })).toHaveLength(5)
  })

  test('a tenant that was not here for ten seconds takes no share away; one whose request is at work does', () => {
    const { places, one, fill, lines } = open()
    lines.a = 10
    places.leave(one('b', 0), 100)
    for (const begun of fill('a', 10_000)) places.leave(begun, 10_000)
    expect(fill('a', 10_099)).toHaveLength(3)
    const long = open()
    long.lines.a = 10
    long.one('b', 0)
    expect(long.fill('a', 60_000)).toHaveLength(3)
    const alone = open()
    alone.lines.a = 10
    alone.places.leave(alone.one('b', 0), 100)
    expect(alone.fill('a', 10_100)).toHaveLength(6)
  })

  test('one that goes on after its provider counts again, once, and one that is stuck counts no more', () => {
    const { places } = open()
    const [one, other] = [{}, {}]
    places.begin('a', one, 0)
    expect(places.leave(one, 1)).toBe(true)
    expect(places.leave(one, 1)).toBe(false)
    places.begin('a', one, 2)
    places.begin('a', one, 3)
    places.begin('b', other, 50)
    expect(places.atWork).toBe(2)
    places.leaveSince(2, 60_000)
    expect(places.atWork).toBe(1)
    expect(places.leave(other, 60_001)).toBe(true)
    expect(places.atWork).toBe(0)
  })
})
