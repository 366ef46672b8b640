import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Change, changesBetween } from '../../../src/domain/policy/changes.ts'

/** RFC 6902, of the operations that are used here. */
function apply(value: unknown, changes: readonly Change[]): unknown {
  let root = structuredClone(value)
  for (const change of changes) {
    const steps = change.path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = steps.pop()
    if (last === undefined) {
      if (change.op !== 'replace') throw new Error('only a replacement can be for the whole')
      root = structuredClone(change.value)
      continue
    }
    let holder = root as Record<string, unknown>
    for (const step of steps) holder = holder[step] as Record<string, unknown>
    if (Array.isArray(holder)) {
      const at = Number(last)
      if (at > holder.length || (change.op !== 'add' && at === holder.length))
        throw new Error('behind the end of a list')
      if (change.op === 'remove') holder.splice(at, 1)
      else holder.splice(at, change.op === 'add' ? 0 : 1, structuredClone(change.value))
      continue
    }
    if (change.op !== 'add' && !Object.hasOwn(holder, last)) throw new Error('nothing is there')
    if (change.op === 'remove') delete holder[last]
    else
      Object.defineProperty(holder, last, {
        value: structuredClone(change.value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
  }
  return root
}

describe('what changed between two policies', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [
      { a: 1 },
      { a: 2, b: 3 },
      [
        { op: 'replace', path: '/a', value: 2 },
        { op: 'add', path: '/b', value: 3 },
      ],
    ],
    [{ a: { 'x/y~z': 1 } }, { a: {} }, [{ op: 'remove', path: '/a/x~1y~0z' }]],
    [
      [1, 2, 3, 4],
      [1, 9, 4],
      [
        { op: 'replace', path: '/1', value: 9 },
        { op: 'remove', path: '/2' },
      ],
    ],
    [[{ a: 1 }, { b: 1 }], [{ a: 1 }, { c: 1 }, { b: 1 }], [{ op: 'add', path: '/1', value: { c: 1 } }]],
    [{ a: null }, { a: [] }, [{ op: 'replace', path: '/a', value: [] }]],
  ])('from %j to %j', (before, after, changes) => {
    expect(changesBetween(before, after)).toEqual(changes)
  })

  it('makes the one of the other, whatever they are, and is empty for the same', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)))
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(apply(before, changesBetween(before, after))).toEqual(after)
        expect(changesBetween(after, structuredClone(after))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('of long lists takes no longer than their length', () => {
    const before = Array.from({ length: 20_000 }, (_, n) => ({ value: `v${n}` }))
    const after = before.toSpliced(10_000, 1)
    expect(changesBetween(before, after)).toEqual([{ op: 'remove', path: '/10000' }])
  })
})
