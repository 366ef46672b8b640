import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { isInternationalNumber } from '../../../src/domain/redaction/recognisers/phone-plan.ts'

describe('numbering plans', () => {
  it('take every number that the library calls valid', () => {
    const number = fc
      .tuple(
        fc.constantFrom(
          '1',
          '44',
          '49',
          '33',
          '34',
          '39',
          '31',
          '48',
          '351',
          '55',
          '91',
          '61',
          '86',
          '7',
          '353',
          '800',
        ),
        fc.stringMatching(/^[1-9][0-9]{6,10}$/),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(number, (digits) => {
        if (parsePhoneNumberFromString(`+${digits}`)?.isValid() === true)
          expect(isInternationalNumber(digits)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['12125550199', '442079460958', '4930901820', '33612345678', '8613800138000', '80012345678'])(
    'hold %s',
    (digits) => {
      expect(isInternationalNumber(digits)).toBe(true)
    },
  )

  it.each(['11234567890', '4412', '999123456789', '49'])('do not hold %s', (digits) => {
    expect(isInternationalNumber(digits)).toBe(false)
  })
})
