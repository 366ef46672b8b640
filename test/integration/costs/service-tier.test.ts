import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  awaitEntry,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
prices:
  - { provider: openai, match: "gpt-4o*", service_tier: flex, discount_percent: "50" }
`

let setup: VendorGateway
beforeAll(async () => {
  setup = await startVendorGateway({ config: CONFIG })
}, 120_000)
afterAll(() => setup?.close())

async function entryOf(serviceTier: string, stream: boolean) {
  setup.openai.script({ serviceTier, text: 'hello there' })
  const answer = await setup.chat('hello', { body: { stream, service_tier: 'auto' } })
  expect(answer.status).toBe(200)
  await answer.text()
  const entry = await awaitEntry(setup.sql, requestIdOf(answer))
  const [attempt] = JSON.parse(entry.attempts)
  const flags = entry.flags.filter((flag: string) => flag !== 'stream')
  return { usd: Number(entry.cost_usd), flags, tier: attempt.service_tier }
}

it.each([false, true])(
  'a call costs what its service tier does, or its entry says that it was charged as others (streamed: %s)',
  async (stream) => {
    const standard = await entryOf('default', stream)
    expect(standard).toEqual({ usd: expect.any(Number), flags: [], tier: undefined })
    expect(standard.usd).toBeGreaterThan(0)
    expect(await entryOf('flex', stream)).toEqual({ usd: standard.usd / 2, flags: [], tier: 'flex' })
    expect(await entryOf('priority', stream)).toEqual({ ...standard, flags: ['priced_as_standard'], tier: 'priority' })
  },
)
