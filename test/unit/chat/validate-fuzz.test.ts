import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateChatRequest } from '../../../src/domain/chat/validate.ts'
import { PalimpsestError } from '../../../src/errors.ts'

const canary = 'cAnArY-Zoë-7731'

/** Values of every JSON shape, with a canary among the texts. */
const anything = fc.anything({
  values: [
    fc.string({ unit: 'binary' }),
    fc.constant(canary),
    fc.constantFrom('user', 'assistant', 'tool', 'text', 'function', 'auto', 'json_schema'),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  ],
  maxDepth: 4,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom('role', 'content', 'type', 'text', 'tool_calls', 'function', 'name', 'arguments', 'id', canary),
  ),
})

const fields = [
  'messages',
  'model',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'response_format',
  'stop',
  'seed',
  'n',
  'user',
  'metadata',
  'store',
  'logit_bias',
  'prediction',
  'modalities',
  'prompt_cache_options',
  'temperature',
  canary,
]

/** A sound request with one place of it put wrong. */
const nearlySound = fc
  .record({
    field: fc.constantFrom(...fields),
    value: anything,
    part: anything,
    role: fc.constantFrom('user', 'system', 'tool', 'assistant'),
  })
  .map(({ field, value, part, role }) => ({
    model: 'gpt-4o',
    messages: [
      { role: 'user', content: 'a' },
      { role, content: [part], tool_calls: value },
    ],
    [field]: value,
  }))

function outcome(body: unknown): string {
  try {
    validateChatRequest(body)
    return ''
  } catch (error) {
    if (!(error instanceof PalimpsestError)) throw error
    expect(error.status).toBe(400)
    expect(error.code).toMatch(/^[a-z_]{3,40}$/)
    return `${error.message} ${error.param}`
  }
}

describe('whatever is sent', () => {
  it('the answer is a request or one PalimpsestError, and it holds nothing of what was sent', () => {
    fc.assert(
      fc.property(fc.oneof(anything, nearlySound), (body) => {
        expect(outcome(body)).not.toContain(canary)
      }),
      { numRuns: 3000 },
    )
  })

  it('what is accepted is JSON that says the same when it is written and read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 8 }), (content, schema) => {
        const body = {
          model: 'gpt-4o',
          messages: [{ role: 'user', content }],
          tools: [{ type: 'function', function: { name: 'a', parameters: { schema } } }],
        }
        const bad = !content.isWellFormed() || content.includes('\0')
        const said = outcome(body)
        if (bad) expect(said).toContain('Unicode')
        if (said !== '') return
        const request = validateChatRequest(body)
        expect(JSON.parse(JSON.stringify(request))).toEqual(JSON.parse(JSON.stringify(body)))
      }),
      { numRuns: 1000 },
    )
  })
})
