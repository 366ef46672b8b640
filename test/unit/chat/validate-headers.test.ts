import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultTool, validateHeaders } from '../../../src/domain/chat/validate-headers.ts'
import { PalimpsestError } from '../../../src/errors.ts'

function read(headers: Record<string, string>): ReturnType<typeof validateHeaders> {
  return validateHeaders((name) => headers[name])
}

function refusal(headers: Record<string, string>): [code: string, param: string | null, status: number] {
  try {
    read(headers)
  } catch (error) {
    if (error instanceof PalimpsestError) return [error.code, error.param, error.status]
    throw error
  }
  throw new Error('the headers were accepted')
}

describe('request headers', () => {
  it('may all be left out', () => {
    expect(read({})).toEqual({
      tool: defaultTool,
      feature: null,
      sessionId: null,
      region: null,
      consentId: null,
      idempotencyKey: null,
    })
  })

  it('are given back as they were sent, the region in lower case', () => {
    const sent = {
      'x-tool-name': 'hr_helpdesk',
      'x-feature-name': 'triage:v1.2-a',
      'x-session-id': 'a b',
      'x-data-region': 'EU',
      'x-consent-id': 'c-1',
      'idempotency-key': 'Key 1 ~',
    }
    expect(read(sent)).toEqual({
      tool: 'hr_helpdesk',
      feature: 'triage:v1.2-a',
      sessionId: 'a b',
      region: 'eu',
      consentId: 'c-1',
      idempotencyKey: 'Key 1 ~',
    })
  })

  it.each([
    ['X-Tool-Name', ''],
    ['X-Tool-Name', 'hr helpdesk'],
    ['X-Tool-Name', 'a'.repeat(129)],
    ['X-Tool-Name', 'ann@example.com'],
    ['X-Feature-Name', 'é'],
    ['X-Session-Id', 'a'.repeat(256)],
    ['X-Session-Id', ''],
    ['X-Data-Region', 'e u'],
    ['X-Consent-Id', 'a\tb'],
    ['Idempotency-Key', 'a'.repeat(256)],
    ['Idempotency-Key', 'a\u0000b'],
  ])('%s is refused with its name where it is %j', (header, value) => {
    expect(refusal({ [header.toLowerCase()]: value })).toEqual(['invalid_header', header, 400])
  })

  it('a header of any length or content gives an error without its text, in no time', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 300, maxLength: 2000 }),
        fc.constantFrom('x-tool-name', 'x-session-id', 'idempotency-key'),
        (value, name) => {
          expect(refusal({ [name]: value })[0]).toBe('invalid_header')
        },
      ),
    )
    expect(refusal({ 'x-session-id': 'x'.repeat(100_000) })[0]).toBe('invalid_header')
  })
})
