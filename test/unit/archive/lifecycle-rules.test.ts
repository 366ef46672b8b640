import { describe, expect, it } from 'vitest'
import { compareRules, toS3Rules } from '../../../src/adapters/archive/s3/lifecycle.ts'

const RULE = {
  id: 'life',
  prefix: 'life/',
  toColder: null,
  removeAfterDays: 30,
  removeOldVersionsAfterDays: 1,
}
const PLACE = { keyPrefix: 'p/', prefixes: ['p/life/'] }

describe('rules of others in the bucket', () => {
  const other = (Prefix: string) => ({
    ID: 'other',
    Status: 'Enabled' as const,
    Filter: { Prefix },
    Expiration: { Days: 5000 },
  })
  const asked = toS3Rules([RULE], PLACE.keyPrefix)

  it.each(['', 'p/', 'p/life/', 'p/life/deeper/'])('that remove from “%s” on are named', (prefix) => {
    expect(compareRules(asked, [...asked, other(prefix)], PLACE)).toEqual([
      "The rule other, which is not the archive's, removes objects of the archive.",
    ])
  })

  it.each(['logs/', 'p/lives/', 'life/'])('that remove from “%s” on are none of the archive’s business', (prefix) => {
    expect(compareRules(asked, [...asked, other(prefix)], PLACE)).toEqual([])
  })

  it('are those of another deployment too, which takes nothing of this one and is not taken away by it', () => {
    for (const keyPrefix of ['', 'p/q/', 'q/'])
      expect(compareRules(asked, [...asked, ...toS3Rules([RULE], keyPrefix)], PLACE)).toEqual([])
  })
})
