import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutJson } from '../../../src/domain/erasure/cut-text.ts'
import { createSearch, findMentions, findMentionsInJson, MARKER } from '../../../src/domain/erasure/find-mentions.ts'
import { needlesOf } from '../../../src/domain/erasure/needles.ts'
import { ANN, ENCODINGS, encodingName, innocent, spelling } from './mention-texts.ts'

const search = createSearch(needlesOf(ANN))
const LATIN = { ...ANN, identifiers: ANN.identifiers.filter(({ value }) => !value.includes('王')) }
const cut = (text: string) => {
  const left = cutJson(JSON.stringify({ m: text }), search)
  return left === null ? text : (JSON.parse(left.text) as { m: string }).m
}

describe('what is cut out of a text', () => {
  it.each([
    ['mail ANN.LEE@Example.com, please', 'mail [ERASED], please'],
    ['call 415-555-2671 or (415) 555 2671.', 'call [ERASED] or ([ERASED].'],
    ['+14155552671, 0014155552671 and 4155552671x3', '+[ERASED], [ERASED] and [ERASED]x3'],
    ["Ann Lee's and ANN  LEE; Lee, Ann", "[ERASED]'s and [ERASED]; [ERASED]"],
    ['her SSN 536221234 or 536.22.1234', 'her SSN [ERASED] or [ERASED]'],
    ['我是王小明先生', '我是[ERASED]先生'],
    ['emp-0004217 has left', '[ERASED] has left'],
    ['the ﬁrst of Ann Lee’s, ÁNN LEE', 'the ﬁrst of [ERASED]’s, [ERASED]'],
  ])('is the mention and no more: %s', (text, left) => {
    expect(cut(text)).toBe(left)
  })

  it.each([
    'annual leave, annlee, Joann Lee; Ann Leeson, Mary-Ann Lee; Ann Lee-Smith',
    'joann.lee@example.org and xann.lee@example.com',
    '94155552671 and 41555526710',
    'Ann, Lee and Bob; Ann: Lee',
    'emp-00042170',
    '[PHONE_NUMBER_1] of [PERSON_1]',
  ])('is nothing of others: %s', (text) => {
    expect(cut(text)).toBe(text)
  })

  // Who has letters beyond Latin is searched for in UTF-16 as well, whatever it holds.
  it.each([
    ['a name beyond Latin', ANN, () => true],
    [
      'Latin names alone',
      LATIN,
      (mention: string, name: string) => !name.includes('UTF-16') || /^[ -\u00ff]+$/.test(mention),
    ],
  ])(
    'of %s is found in every spelling and encoding, gone afterwards, and all around it is as it was',
    (_, person, isRead) => {
      const search = createSearch(needlesOf(person))
      const known = spelling.filter((mention) => person === ANN || !mention.includes('王'))
      fc.assert(
        fc.property(
          fc.array(
            fc.tuple(innocent, known, encodingName).filter(([, mention, name]) => isRead(mention, name)),
            { minLength: 1, maxLength: 4 },
          ),
          innocent,
          (planted, last) => {
            const around = planted.map(([text]) => `${text} | `)
            fc.pre(findMentions([...around, last].join('?'), search).length === 0)
            const text =
              planted.map(([, mention, name], i) => `${around[i]}${ENCODINGS[name]?.(mention)} | `).join('') + last
            const raw = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] })
            const left = cutJson(raw, search)
            expect(left, raw).not.toBeNull()
            const { messages } = JSON.parse(left?.text ?? '') as { messages: [{ content: string }] }
            // Whatever was put in the places of the mentions holds none, and what stood between them stands there still.
            let rest = messages[0].content
            for (const part of around) {
              const at = rest.indexOf(part)
              expect(at, `${part} in ${messages[0].content}`).toBeGreaterThanOrEqual(0)
              rest = rest.slice(at + part.length)
            }
            expect(rest.endsWith(last)).toBe(true)
            expect(findMentionsInJson(left?.text ?? '', search)).toEqual([])
          },
        ),
        { numRuns: 500 },
      )
    },
  )

  it('leaves what stands beside it inside base64 and hex', () => {
    const sentence = (who: string) => `From Bob to ${who}, about the Löwe.`
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      const encode = (text: string) => Buffer.from(text).toString(form)
      expect(cut(`<${encode(sentence('Ann Lee'))}>`)).toBe(`<${encode(sentence(MARKER))}>`)
    }
    const token = ['{"alg":"none"}', '{"sub":"7","email":"ann.lee@example.com"}'].map((part) => btoa(part)).join('.')
    expect(cut(token)).toBe(`${btoa('{"alg":"none"}')}.${btoa('{"sub":"7","email":"[ERASED]"}')}`)
  })
})

const unlikely = (choice: object) => ({ ...choice, logprobs: null })

describe('JSON from which something is cut out', () => {
  it('stays valid, with keys, numbers and JSON in strings, and every other byte is as it was', () => {
    const inner = String.raw`{"to": "Ann\u0020Lee", "phone":4155552671 , "Ann Lee":[1.0,"Bob"],"n":  [ 5.50 ]}`
    const raw = `{ "tool_calls":[{"arguments":${JSON.stringify(inner)}}] ,"ssn": 536221234,"emp-0004217" :1e3,"x":12345678901234567890}`
    const left = cutJson(raw, search)?.text ?? ''
    const kept = `{"to": "[ERASED]", "phone":"[ERASED]" , "[ERASED]":[1.0,"Bob"],"n":  [ 5.50 ]}`
    expect(left).toBe(
      `{ "tool_calls":[{"arguments":${JSON.stringify(kept)}}] ,"ssn": "[ERASED]","[ERASED]" :1e3,"x":12345678901234567890}`,
    )
    JSON.parse(kept)
  })

  it('never loses its form, whatever it holds', () => {
    const value = fc.oneof(innocent, spelling)
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        value,
        fc.constantFrom(4155552671, 536221234, 7, -1.5, true, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(value, tie('tree'), { maxKeys: 3 }),
        tie('tree').map((inner) => JSON.stringify(inner)),
      ),
    }))
    const shapeOf = (json: unknown): unknown => {
      if (Array.isArray(json)) return json.map(shapeOf)
      return typeof json === 'object' && json !== null ? Object.values(json).map(shapeOf) : null
    }
    fc.assert(
      fc.property(tree, (json) => {
        const raw = JSON.stringify({ json })
        const left = cutJson(raw, search)
        const now = JSON.parse(left?.text ?? raw) as unknown
        expect(findMentionsInJson(JSON.stringify(now), search)).toEqual([])
        // Keys that were both of the person fall together, so only trees without such are compared.
        const keys = (left?.text ?? raw).match(/\[ERASED\]\\*":/g) ?? []
        if (keys.length < 2) expect(shapeOf(now)).toEqual(shapeOf(JSON.parse(raw)))
      }),
      { numRuns: 400 },
    )
  })

  it('has no probabilities left where it is an answer, which tell it once more, token by token', () => {
    const answer = (content: string) => ({
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content },
          logprobs: { content: ['write to Ann', ' Lee'].map((token) => ({ token, bytes: [...Buffer.from(token)] })) },
        },
        { index: 1, message: { role: 'assistant', content: 'no' }, logprobs: null },
      ],
      usage: { total_tokens: 3 },
    })
    const { choices, ...rest } = answer('write to [ERASED]')
    const cut = cutJson(JSON.stringify(answer('write to Ann Lee')), search)
    expect(cut).toEqual({ text: JSON.stringify({ choices: choices.map(unlikely), ...rest }), mentions: 1 })
    expect(cutJson(JSON.stringify(answer('write to Bob')), search)).toBeNull()
  })

  it('that is none is read as text', () => {
    expect(cutJson('a complaint of Ann Lee', search)?.text).toBe('a complaint of [ERASED]')
    expect(cutJson('"Ann Lee" asked', search)?.text).toBe('"[ERASED]" asked')
    expect(cutJson('Ann Lee asked what "logprobs":{ is', search)?.text).toBe('[ERASED] asked what "logprobs":{ is')
    expect(cutJson('nothing', search)).toBeNull()
  })
})

describe('the search', () => {
  it.each([
    'a',
    'a ',
    '4',
    '4 ',
    'Ann ',
    'Ann.',
    'ann.lee@example.co ',
    '415 555 267 ',
    '%41',
    '%',
    '\\',
    '\\u0041',
    '&amp;',
    '&',
    'QUJD',
    '4142',
    '\u200b',
    'A\u0301',
    '-Ann',
    'Lee-',
    '{"a":',
    '"',
    '王',
    '+1',
    '00',
  ])(
    'ends on text that is made to hold it up, as its work is linear: %s',
    (unit) => {
      const text = unit.repeat(60_000 / unit.length)
      const left = cutJson(JSON.stringify({ m: text }), search)
      expect(left === null || JSON.parse(left.text)).toBeTruthy()
    },
    60_000,
  )
})
