import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/chat/types.ts'
import { coverageText, MAX_COVERAGE_LENGTH } from '../../../src/domain/redaction/coverage.ts'
import { engine, redact } from './support.ts'

const CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'lookup', arguments: '{"customer_ann":"ann@example.com","n":1}' },
}

describe('coverage', () => {
  it('names a tenant’s own recognisers and counts its lists, without a value of theirs', async () => {
    const recognisers = Array.from({ length: 100 }, (_, i) => ({
      name: `own-${String(i).padStart(3, '0')}-${'x'.repeat(40)}`,
      entityType: 'BADGE',
      pattern: 'AB-[0-9]{4}',
    }))
    const lists = { allow: ['support@acme.com'], deny: [{ value: 'Falcon', entityType: 'PROJECT' }] }
    const [own] = recognisers
    const one = await redact(
      { messages: [{ role: 'user', content: 'AB-1234' }] },
      { rules: { ...lists, recognisers: own === undefined ? [] : [own] } },
    )
    expect(one.coverage.rules).toEqual({ recognisers: [own?.name], allowed: 1, denied: 1 })
    expect(coverageText(one.coverage)).not.toMatch(/support@|Falcon|AB-/)
    const many = await redact(
      { messages: [{ role: 'user', content: 'AB-1234' }] },
      { rules: { ...lists, recognisers } },
    )
    const { rules } = many.coverage
    expect((rules?.recognisers.length ?? 0) + (rules?.more ?? 0)).toBe(100)
    expect(rules?.recognisers).toContain(own?.name)
    expect(coverageText(many.coverage).length).toBeLessThanOrEqual(MAX_COVERAGE_LENGTH)
    expect((await redact({ messages: [] })).coverage).not.toHaveProperty('rules')
  })
  it('says which paths were scanned by which engine, and what was found at which confidence', async () => {
    const { coverage } = await redact({
      messages: [
        { role: 'user', content: 'ann@example.com, bob@example.com, password=hunter2' },
        { role: 'assistant', content: null, tool_calls: [CALL] },
      ],
      tools: [{ type: 'function', function: { name: 'lookup', parameters: { mine: 'x' } } }],
      x_own: { secret_name: 1 },
    })
    expect(coverage).toEqual({
      engine: engine.version,
      paths: [
        { path: '*', scanned: true },
        {
          path: 'messages[0].content',
          scanned: true,
          entities: { EMAIL_ADDRESS: { by: ['email'], high: 2 }, SECRET: { by: ['secret'], medium: 1 } },
        },
        {
          path: 'messages[1].tool_calls[0].function.arguments.*',
          scanned: true,
          entities: { EMAIL_ADDRESS: { by: ['email'], high: 1 } },
        },
        { path: 'messages[1].tool_calls[0].function.name', scanned: true },
        { path: 'messages[1].tool_calls[0].id', scanned: true },
        { path: 'model', scanned: true },
        { path: 'tools[0].function.name', scanned: true },
        { path: 'tools[0].function.parameters.*', scanned: true },
      ],
      notScanned: [],
    })
  })

  it('names no key, value or offset of the app', async () => {
    const { coverage } = await redact({
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'x', canary_key: { canary: 'canary@example.com' } }],
          canary: 1,
        },
      ],
      tools: [
        { type: 'function', function: { name: 'canary', parameters: { canary: { canary: 1 } }, canary: 1 }, canary: 1 },
      ],
      canary: { canary: 'canary' },
      response_format: { type: 'json_schema', json_schema: { name: 'canary', schema: { canary: 1 } } },
    })
    expect(coverageText(coverage)).not.toMatch(/canary|start|end"|offset/)
  })

  it('is the same for the same request, whatever order its keys came in', async () => {
    const one = await redact({ messages: [{ role: 'user', content: 'ann@x.com', name: 'a' }], stop: ['x'], seed: 'y' })
    const two = await redact({ seed: 'y', stop: ['x'], messages: [{ name: 'a', content: 'ann@x.com', role: 'user' }] })
    expect(coverageText(one.coverage)).toBe(coverageText(two.coverage))
  })

  it('stays small for a long conversation and loses no count', async () => {
    const messages: JsonObject[] = []
    for (let i = 0; i < 400; i += 1) {
      const content = `ann${i}@example.com 4111 1111 1111 1111 DE89370400440532013000 536-22-1234 10.1.1.1 password=hunter2-${i}`
      messages.push(
        { role: 'user', content, name: `n${i}` },
        { role: 'assistant', content: null, tool_calls: [CALL, CALL] },
      )
    }
    const { coverage, counts } = await redact({ messages, user: 'u' })
    expect(coverageText(coverage).length).toBeLessThanOrEqual(MAX_COVERAGE_LENGTH)
    expect(coverage.paths.some((one) => one.path === 'messages[*].content')).toBe(true)
    const strings = coverage.paths.reduce((sum, one) => sum + (one.strings ?? 1), 0)
    expect(strings).toBe(400 * 8 + 1)
    const emails = coverage.paths.reduce((sum, one) => sum + (one.entities?.EMAIL_ADDRESS?.high ?? 0), 0)
    expect(emails).toBe(counts.EMAIL_ADDRESS)
  })

  it('stays small when many parts are let through unscanned', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:,' } }
    const messages = Array.from({ length: 300 }, () => ({ role: 'user', content: [image] }))
    const { coverage } = await redact({ messages }, { allowUnscannable: ['image'] })
    expect(coverage.notScanned).toEqual([{ path: 'messages[*].content[*]', reason: 'unscannable', count: 300 }])
  })
})
