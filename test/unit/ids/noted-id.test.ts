import { describe, expect, it } from 'vitest'
import { canBeWritten } from '../../../src/domain/ids/noted-id.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const id = (ms: number) => uuidv7(NOW + ms, Buffer.alloc(10))

describe('an id that was noted for an entry', () => {
  it('is that entry’s for a day, and five minutes before its own time', () => {
    for (const ms of [0, -1, -86_399_999, 300_000]) expect(canBeWritten(id(ms), NOW)).toBe(true)
    for (const ms of [-86_400_000, 300_001, 86_400_000]) expect(canBeWritten(id(ms), NOW)).toBe(false)
  })
})
