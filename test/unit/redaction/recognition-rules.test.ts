import { describe, expect, it } from 'vitest'
import { isLinearPattern, type RecognitionRules } from '../../../src/domain/redaction/recognition-rules.ts'
import { findInText } from '../../../src/domain/redaction/redact-chat.ts'
import type { RedactionPolicy, TextAnalyzer } from '../../../src/domain/redaction/types.ts'
import { engine, redact } from './support.ts'

const NO_RULES: RecognitionRules = { allow: [], deny: [], recognisers: [] }

async function found(text: string, policy: RedactionPolicy, by: TextAnalyzer = engine): Promise<string[]> {
  const results = await findInText({ text, engine: by, policy })
  return results.map(({ entityType, start, end }) => `${entityType}<${text.slice(start, end)}>`)
}

/** Finds the full names it is told of, nothing else. */
function knows(...names: string[]): TextAnalyzer {
  return {
    version: 'test/1',
    analyze: async (texts) =>
      texts.map((text) =>
        names.flatMap((name) => {
          const start = text.indexOf(name)
          return start < 0
            ? []
            : [{ entityType: 'PERSON', start, end: start + name.length, score: 0.9, recognizer: 'test' }]
        }),
      ),
  }
}

describe('a tenant’s own rules', () => {
  it('leave what the allow list names, and only that', async () => {
    const rules = { ...NO_RULES, allow: ['support@acme.com'] }
    expect(await found('support@acme.com and ann@acme.com', { rules })).toEqual(['EMAIL_ADDRESS<ann@acme.com>'])
  })
  it('redact what the deny list names where it stands as words', async () => {
    const rules = { ...NO_RULES, deny: [{ value: 'Falk', entityType: 'PROJECT' }] }
    expect(await found('the Falk, falken and Falks', { rules })).toEqual(['PROJECT<Falk>'])
  })
  it('find what their patterns say, near a word where one is asked for', async () => {
    const recogniser = { name: 'badge', entityType: 'BADGE', pattern: '[A-Z]{2}-[0-9]{4}', context: ['badge'] }
    const rules = { ...NO_RULES, recognisers: [recogniser] }
    expect(
      await found('badge AB-1234. part CD-9999 is not near, it is far from every such word.', { rules }),
    ).toContain('BADGE<AB-1234>')
    expect(await found('part CD-9999', { rules })).toEqual([])
  })
  it('keep to the policy’s types and thresholds', async () => {
    const recogniser = { name: 'badge', entityType: 'BADGE', pattern: 'AB-1', score: 0.4 }
    const rules = { ...NO_RULES, recognisers: [recogniser] }
    expect(await found('AB-1', { rules, entities: ['EMAIL_ADDRESS'] })).toEqual([])
    expect(await found('AB-1', { rules, thresholds: { BADGE: 0.5 } })).toEqual([])
    expect(await found('AB-1', { rules, thresholds: { BADGE: 0.4 } })).toEqual(['BADGE<AB-1>'])
  })
  it('stand behind check digits and before formats where they overlap', async () => {
    const deny = { ...NO_RULES, deny: [{ value: '4111111111111111', entityType: 'OWN' }] }
    expect(await found('4111111111111111', { rules: deny })).toEqual(['CREDIT_CARD<4111111111111111>'])
    const own = { ...NO_RULES, deny: [{ value: 'ann@x.com', entityType: 'OWN' }] }
    expect(await found('ann@x.com', { rules: own })).toEqual(['OWN<ann@x.com>'])
  })
  it('take linear patterns only', () => {
    expect(isLinearPattern('[0-9]+')).toBe(true)
    expect(isLinearPattern('(?=a)b')).toBe(false)
    expect(isLinearPattern('(a)\\1')).toBe(false)
    expect(isLinearPattern('[')).toBe(false)
  })
  it('end in time on a pattern that would ruin a backtracking engine', async () => {
    const rules = { ...NO_RULES, recognisers: [{ name: 'x', entityType: 'X', pattern: '(a+)+b' }] }
    expect(await found('a'.repeat(20_000), { rules })).toEqual([])
  })
})

describe('a person named in full once', () => {
  it('is known by a part of the name in the same text', async () => {
    expect(await found('Joakim Westgård called. Ask Westgård, not Joakim.', {}, knows('Joakim Westgård'))).toEqual([
      'PERSON<Joakim Westgård>',
      'PERSON<Westgård>',
      'PERSON<Joakim>',
    ])
  })
  it('is known in the other messages of the conversation', async () => {
    const { request } = await redact(
      {
        messages: [
          { role: 'user', content: 'I met Joakim Westgård.' },
          { role: 'user', content: 'What does Westgård want?' },
        ],
      },
      {},
      knows('Joakim Westgård'),
    )
    expect(request.messages[1]?.content).toBe('What does [PERSON_2] want?')
  })
  it('does not make words, ids and paths of the same letters names', async () => {
    const text = 'Joakim Westgård wrote westgård_id, /home/Westgård and Westgårdson.'
    expect(await found(text, {}, knows('Joakim Westgård'))).toEqual(['PERSON<Joakim Westgård>'])
  })
})
