import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { openStretch, rowOf } from '../../../activities/erasure/open-others.ts'
import { sealText } from '../../../src/domain/requests/sealing.ts'
import { KeyDestroyed, KeyLost, KeyUnknown } from '../../../src/ports/key-service.ts'
import type { OthersText } from '../../../src/ports/mention-texts.ts'

const idOf = (n: number) => `0190a1b2-7c3d-7e4f-8a5b-${String(n).padStart(12, '0')}`
const key = (n: number) => ({ keyId: idOf(n), key: Buffer.alloc(32, n) })

function text(n: number): OthersText {
  const of = { entryId: idOf(100 + n), subjectPseudonym: `sub_${n}` }
  const { sealed } = sealText(rowOf('acme', of), key(n), 'prompt', `"text ${n}"`, randomBytes)
  return { ...of, group: 'prompt', sealed }
}

const requireReplayed = vi.fn(async () => undefined)
/** What a key service says of the keys 2, 3 and 4. */
const keys = {
  async dataKey(keyId: string) {
    if (keyId === idOf(2)) throw new KeyDestroyed()
    if (keyId === idOf(3)) throw new KeyLost()
    if (keyId === idOf(4)) throw new KeyUnknown()
    return key(Number(keyId.slice(-1)))
  },
}

const deps = { keys, gate: { requireReplayed } }

describe('texts of others', () => {
  it('whose key is destroyed or lost, and damaged ones, are counted, and the others opened all the same', async () => {
    const damaged = { ...text(1), sealed: Buffer.concat([text(1).sealed.subarray(0, -1), Buffer.of(7)]) }
    const moved = { ...text(1), entryId: idOf(999) }
    const garbage = { ...text(1), sealed: Buffer.from('no blob at all') }
    const texts = [text(1), text(2), text(3), damaged, moved, garbage, text(5)]
    const opened = await openStretch(deps, 'acme', { texts, values: [] })
    expect(opened.texts.map(({ opened: said }) => said)).toEqual(['"text 1"', '"text 5"'])
    expect(opened.unreadable).toBe(5)
  })

  it('whose key is unknown are an error, never passed over', async () => {
    const asked = openStretch(deps, 'acme', { texts: [text(1), text(4)], values: [] })
    await expect(asked).rejects.toThrow(KeyUnknown)
  })

  it('are not opened while what was erased before a restore may stand there again', async () => {
    requireReplayed.mockRejectedValueOnce(new Error('not replayed'))
    const dataKey = vi.spyOn(keys, 'dataKey')
    await expect(openStretch(deps, 'acme', { texts: [text(1)], values: [] })).rejects.toThrow('not replayed')
    expect(dataKey).not.toHaveBeenCalled()
  })
})
