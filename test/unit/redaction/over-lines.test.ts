import { describe, expect, it } from 'vitest'
import { CLEAN_TEXTS } from '../../../eval/clean-texts.ts'
import { FORMAT_RECOGNISERS } from '../../../src/domain/redaction/format-recognisers.ts'
import type { Candidate } from '../../../src/domain/redaction/recogniser.ts'
import { redactText } from './support.ts'

const PROSE = 'The parcel was lost on its way and the customer would like to have the money back soon. '
/** One value of each kind that is sure by itself, in the two parts that stand on two lines. */
const SPLIT: readonly (readonly [what: string, first: string, second: string, placeholder: string])[] = [
  ['a card', '4111 1111', '1111 1111', '[CREDIT_CARD_1]'],
  ['an IBAN', 'DE89 3704 0044', '0532 0130 00', '[IBAN_CODE_1]'],
  ['a mailbox', 'ann.lee@', 'example.com', '[EMAIL_ADDRESS_1]'],
  ['a national number that is named', 'PESEL 440514', '01359', 'PESEL [PL_PESEL_1]'],
]

describe('a value that a line break splits', () => {
  it.each(SPLIT)(
    'is found deep inside a long text, and so is the next one: %s',
    async (_what, first, second, shown) => {
      const text = `${PROSE.repeat(40)}${first}\n${second} ${PROSE.repeat(40)}\nand ${first}\n${second} ok`
      expect((await redactText(text)).text.replaceAll(PROSE, '')).toBe(`${shown} \nand ${shown} ok`)
    },
  )

  it('is looked for by every recogniser that can be sure of it', () => {
    const texts = [...CLEAN_TEXTS, ...SPLIT.map(([, first, second]) => `${first}${second} ${first} ${second}`)]
    const isSure = ({ entityType, evidence }: Candidate): boolean =>
      evidence === 'checksum' || entityType === 'EMAIL_ADDRESS'
    const sure = FORMAT_RECOGNISERS.filter(({ find }) => texts.some((text) => find(text, 'en').some(isSure)))
    expect(sure.length).toBeGreaterThan(2)
    expect(sure.filter(({ overLines }) => overLines !== true)).toEqual([])
  })
})
