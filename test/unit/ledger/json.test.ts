import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCanonicalJson, jcs, MAX_JSON_DEPTH } from '../../../src/domain/ledger/json.ts'

// Names that are numbers or mean something to JavaScript, and characters that are escaped or come in two code units. None ends in a
// backslash: JSON.parse of Node 24.21 takes "a\n" for "a\\" where it has read an object with that name in the same place before.
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\n', '"', '\\', '\u007f', '\u2028', 'é', '\ue000', '😀', '1') }),
  fc.constantFrom('9', '10', '01', '-1', '__proto__', 'constructor', 'toJSON', ''),
)
const name = text.filter((one) => !one.endsWith('\\'))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    text,
    tie('more'),
  ),
  more: fc.oneof(fc.array(tie('value')), fc.dictionary(name, tie('value'))),
}))
const finite = value.filter((one) => !JSON.stringify(one, (_, part) => (isInfinite(part) ? '∞' : part)).includes('∞'))

function isInfinite(part: unknown): boolean {
  return part === Number.POSITIVE_INFINITY || part === Number.NEGATIVE_INFINITY
}

describe('canonical JSON', () => {
  it('is what an independent implementation of RFC 8785 gives, whatever the value', () => {
    fc.assert(
      fc.property(finite, (one) => void expect(jcs(one)).toBe(canonicalize(one))),
      { numRuns: 2_000 },
    )
  })

  it('says the same again when it is read, and only its own text is canonical', () => {
    fc.assert(
      fc.property(finite, (one) => {
        const text = jcs(one)
        expect(jcs(JSON.parse(text))).toBe(text)
        expect(isCanonicalJson(text)).toBe(true)
        expect(isCanonicalJson(` ${text}`)).toBe(false)
        expect(isCanonicalJson(JSON.stringify(one))).toBe(JSON.stringify(one) === text)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is that of the examples of RFC 8785', () => {
    const given =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
    expect(jcs(JSON.parse(given))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(jcs({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    )
  })

  it('leaves out what is undefined', () => {
    expect(jcs({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}')
  })

  it('is refused to what has no JSON form', () => {
    const circle: Record<string, unknown> = {}
    circle.again = [circle]
    const refused = [undefined, Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, circle]
    for (const one of refused) {
      expect(() => jcs(one)).toThrow(expect.objectContaining({ code: 'ledger_malformed' }))
    }
    // The same object twice is no circle.
    const twice = { one: 1 }
    expect(jcs([twice, twice])).toBe('[{"one":1},{"one":1}]')
  })

  it('is not the text of what only looks like it', () => {
    const texts = ['{"b":1,"a":2}', '{"a":1,"a":1}', '[1.0]', '[1e400]', '["\\u0041"]', '["\\ud800"]', '[1,]', '', '-0']
    expect(texts.filter(isCanonicalJson)).toEqual([])
    expect(isCanonicalJson('['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH))).toBe(true)
    expect(isCanonicalJson('['.repeat(MAX_JSON_DEPTH + 1) + ']'.repeat(MAX_JSON_DEPTH + 1))).toBe(false)
  })
})
