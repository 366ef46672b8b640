import { describe, expect, it } from 'vitest'
import { generatePrompts } from '../../../eval/prompts/generate.ts'
import { vin } from '../../../src/domain/redaction/recognisers/vin.ts'

describe('The prompts that recognition is measured on', () => {
  const corpora = generatePrompts()
  const marked = corpora.flatMap(({ texts }) =>
    texts.flatMap(({ text, spans }) => spans.map((span) => ({ ...span, value: text.slice(span.start, span.end) }))),
  )

  it('are the same at every run', () => {
    expect(generatePrompts()).toEqual(corpora)
  })

  it('mark values, whole and apart from each other, and leave no slot unfilled', () => {
    expect(marked.length).toBeGreaterThan(4_000)
    for (const { value } of marked) expect(value).toMatch(/[\p{L}\p{N}]/u)
    for (const { text, spans } of corpora.flatMap(({ texts }) => texts)) {
      expect(text).not.toMatch(/\{\{|\}\}\w|undefined/)
      for (let i = 1; i < spans.length; i += 1) expect(spans[i]?.start).toBeGreaterThanOrEqual(spans[i - 1]?.end ?? 0)
    }
  })

  it('have vehicle numbers with right check digits', () => {
    const numbers = marked.filter(({ type, value }) => type === 'VEHICLE' && /^[A-HJ-NPR-Z0-9]{17}$/.test(value))
    expect(numbers.length).toBeGreaterThan(5)
    for (const { value } of numbers) expect(vin.find(value, 'en')).toHaveLength(1)
  })
})
