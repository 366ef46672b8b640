import { describe, expect, it } from 'vitest'
import type { NameSpan } from '../../../src/domain/redaction/names/decode-spans.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { expectLinear } from '../../support/growth.ts'

function names(text: string): string[] {
  return refineNames(text, [], 'model').map(({ start, end }) => text.slice(start, end))
}

describe('A name that the model did not see', () => {
  it.each([
    ['Pozew od Anny Kowalskiej na rzecz Marka Nowaka złożony', ['Anny Kowalskiej', 'Marka Nowaka']],
    ['zatrudnia Tomasza Wróbla na pół etatu', ['Tomasza Wróbla']],
  ])('is known in another Polish case: %j', (text, expected) => {
    expect(names(text)).toEqual(expect.arrayContaining(expected))
  })

  it.each([
    ['Guest: Centeno Delafuente, Nicolás; room 4', 'Centeno Delafuente, Nicolás'],
    ['Hoi Zzyxa, de server is weer op', 'Zzyxa'],
    ['What’s your name? Zzyxa Qwoll', 'Zzyxa Qwoll'],
    ['Zzyxa lives on Elm 4', 'Zzyxa'],
    ['Her maiden name is Zzyxa.', 'Zzyxa'],
    ['Zzyxa B Hidalgo\nLaboratory technician', 'Zzyxa B Hidalgo'],
    ['??? Zzyxa Gábor\n??? Engineer', 'Zzyxa Gábor'],
  ])('is known by what stands around it: %j', (text, expected) => {
    expect(names(text)).toContain(expected)
  })

  it.each([
    'Hello World!',
    'Hi Team,\nthanks',
    'Dear Customer, your order',
    'Sąd Najwyższy w Warszawie',
    'Red, Green; Blue',
    'It lives in memory',
    'Appendix A Overview\nnext',
    'Vitamin C Serum\nis here',
  ])('is none in %j', (text) => {
    expect(names(text)).toEqual([])
  })
})

describe('Names in a text that is one line of two megabytes', () => {
  it('take a time that grows with the text alone', { timeout: 60_000 }, async () => {
    const letter = 'The parcel of Ann Lee, Tom Berg and Zzyxa Qwoll for Acme of Leeds was lost. '
    await expectLinear(26_000, (count) => {
      const spans = Array.from({ length: count }, (_, i): NameSpan[] => [
        { start: i * letter.length + 14, end: i * letter.length + 21, entityType: 'PERSON', score: 0.99 },
        { start: i * letter.length + 53, end: i * letter.length + 57, entityType: 'ORGANIZATION', score: 0.9 },
      ]).flat()
      expect(refineNames(letter.repeat(count), spans, 'model').length).toBeGreaterThan(2 * count)
    })
  })
})
