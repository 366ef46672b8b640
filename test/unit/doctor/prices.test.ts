import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { homeLayout } from '../../../src/config/home.ts'
import { priceExaminations } from '../../../src/doctor/prices.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function examine(budgets: string, prices = '') {
  const path = join(folder, 'palimpsest.yaml')
  writeFileSync(
    path,
    `tenants:
  - id: acme
    region: us
    keys: [{ key: pk_acme_0123456789abcdef0123, role: app }]
    budgets: [${budgets}]
    tools: { desk: { models: [gpt-4o, "azure/chat-test", "claude-*"] } }
    routes: [{ when: { region: us, model: "big-*" }, use: [{ provider: openai, model: big-one }] }]
models:
  - { match: "gpt-*", provider: openai, fallbacks: [house-llm] }
  - { match: house-llm, provider: openai, model: house-llm-v2 }
${prices}
`,
  )
  return priceExaminations[0]?.run({
    env: { PALIMPSEST_CONFIG: path },
    home: homeLayout({ PALIMPSEST_HOME: folder }, folder),
    projectRoot: folder,
  })
}

it('doctor names the models without a price that calls under a hard limit are refused for', async () => {
  const hard = '{ period: month, hard_limit_usd: "5" }'
  expect(await examine('{ period: month, soft_limit_usd: "5" }')).toBeNull()
  const found = await examine(hard)
  expect(found).toMatchObject({ ok: false, fix: expect.stringContaining('prices') })
  expect(found?.detail).toMatch(/^no price for azure\/chat-test, big-one, house-llm-v2: .*price_unknown/)
  const prices = `prices:
  - { provider: openai, match: "house-*", per_million: { input: "1", output: "2" } }
  - { provider: openai, match: big-one, per_request: "0.5" }
  - { provider: azure, match: chat-test, per_million: { input: "0", output: "0" } }`
  expect(await examine(hard, prices)).toMatchObject({ ok: true })
})
