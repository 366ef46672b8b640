import { describe, expect, it } from 'vitest'
import { cutJson } from '../../../src/domain/erasure/cut-text.ts'
import { createSearch } from '../../../src/domain/erasure/find-mentions.ts'
import { needlesOf } from '../../../src/domain/erasure/needles.ts'

const cut = (user: string | null, identifiers: { type: string; value: string }[], text: string) =>
  cutJson(JSON.stringify(text), createSearch(needlesOf({ user, identifiers })))?.mentions ?? 0

describe('the id of a user', () => {
  it.each(['u-1', 'ann', 'ann.lee', 'administrator', '1234567', 'sha256', 'gpt-4o', 'internationalisation'])(
    'that may be a word or a number of anything is not looked for: %s',
    (user) => {
      expect(needlesOf({ user, identifiers: [] })).toEqual([])
    },
  )

  it.each(['a@b.io', 'emp-00042', '12345678', 'maximilian.mustermann', '0190a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1'])(
    'that can be nothing else is: %s',
    (user) => {
      expect(cut(user, [], `seen ${user.toUpperCase()} today`)).toBe(1)
    },
  )
})

describe('an identifier', () => {
  it('of less than four letters and digits is not looked for in text; of a script without spaces two are enough', () => {
    expect(needlesOf({ user: null, identifiers: [{ type: 'PERSON', value: 'Li' }] })).toEqual([])
    expect(cut(null, [{ type: 'PERSON', value: '王伟' }], '王伟说')).toBe(1)
  })

  it('that is a year, or a word of which requests are made, is not looked for in text', () => {
    const words = ['2026', '12345', 'content', 'Assistant', 'tool_calls', 'erased']
    for (const value of words) {
      expect(
        needlesOf({
          user: null,
          identifiers: [
            { type: 'BADGE', value },
            { type: 'BADGE_ID', value },
          ],
        }),
      ).toEqual([])
    }
    expect(cut(null, [{ type: 'BADGE_ID', value: '123-456' }], 'badge 123456')).toBe(1)
  })

  it('of one short word is a name only where it begins with a capital', () => {
    const rose = [{ type: 'PERSON', value: 'Rose' }]
    expect(cut(null, rose, 'a rose is a rose')).toBe(0)
    expect(cut(null, rose, 'Rose said that ROSE')).toBe(2)
    expect(cut(null, [{ type: 'PERSON', value: 'Quillfeather' }], 'quillfeather')).toBe(1)
  })

  it('that is a telephone number is found with its country and without', () => {
    const given = (value: string, text: string) => cut(null, [{ type: 'PHONE_NUMBER', value }], text)
    for (const written of [
      '+49 171 2345678',
      '0049 171 2345678',
      '0171/2345678',
      '+49 (0)171 2345678',
      '+491712345678',
    ]) {
      expect(given('+49 171 2345678', `call ${written} now`), written).toBe(1)
      expect(given('0171 2345678', `call ${written} now`), written).toBe(1)
    }
    expect(given('+49 171 2345678', 'call 171234567 or 17123456789')).toBe(0)
  })

  it('that is an address with letters beyond ASCII is found in both forms of its domain', () => {
    const mail = [{ type: 'EMAIL_ADDRESS', value: 'ann@müller.example' }]
    expect(cut(null, mail, 'ann@xn--mller-kva.example and ANN@MÜLLER.example')).toBe(2)
  })
})
