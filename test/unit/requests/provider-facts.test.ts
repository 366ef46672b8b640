import { describe, expect, it } from 'vitest'
import { finishFact, modelFact } from '../../../src/domain/requests/provider-facts.ts'

describe('what a provider says of its answer', () => {
  it.each([
    'gpt-4o-2024-08-06',
    'claude-sonnet-4-5-20250929',
    'llama3.1:8b',
    'ft:gpt-4o-mini:acme:helper:9a1b2c3d',
    'meta-llama/Llama-3.3-70B-Instruct',
    'simulated/echo',
  ])('names the model %s', (name) => expect(modelFact(name)).toBe(name))

  it.each([
    '',
    'ann.lee@example.com',
    'Ann Lee',
    '4155562671',
    'gpt-4111111111111111',
    'a'.repeat(129),
    'x\ny',
    'модель',
  ])('is no name of a model: %j', (name) => expect(modelFact(name)).toBeNull())

  it('gives a reason of the list, and hides any other', () => {
    expect(['stop', 'length', 'tool_calls', 'content_filter'].map(finishFact)).toEqual([
      'stop',
      'length',
      'tool_calls',
      'content_filter',
    ])
    expect(finishFact('because Ann Lee said so')).toBe('other')
    expect(finishFact(undefined)).toBeNull()
  })
})
