import { expect, it } from 'vitest'
import { createGenaiPriceTable } from '../../../src/adapters/prices/genai-prices.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { pricedTarget, unpricedTargets } from '../../../src/domain/budgets/priced-target.ts'
import { worstCaseUsd } from '../../../src/domain/budgets/worst-case.ts'
import type { RouteTarget } from '../../../src/domain/routing/types.ts'

const file = (tenant: string) => `
tenants:
  - { id: acme, region: us, keys: [{ key: 0123456789abcdef-key, role: app }]${tenant} }
providers:
  azure: { deployments: { gpt-4o: chat-prod } }
`
const { routing, tenants } = parseConfig(file(''), 'p.yaml', {})
const prices = createGenaiPriceTable()
const at = Date.parse('2026-11-29T00:00:00Z')

it('a deployment has the price of the model that the file maps to it; one that is mapped to none has none', () => {
  const mapped: RouteTarget = { provider: 'azure', model: 'chat-prod' }
  const foreign: RouteTarget = { provider: 'azure', model: 'chat-test' }
  const free: RouteTarget[] = [
    { provider: 'ollama-local', model: 'llama3.1:8b' },
    { provider: 'simulator', model: 'simulated/echo' },
  ]
  expect(unpricedTargets([mapped, foreign, ...free], { rules: routing, at, prices })).toEqual([foreign])
  const worst = (target: RouteTarget) =>
    worstCaseUsd([pricedTarget(target, routing)], { prompt: 1000, answer: () => 1000, tiers: [null] }, at, prices)
  expect(Number(worst(mapped))).toBeGreaterThan(0)
  expect(worst(mapped)).toBe(worst({ provider: 'azure', model: 'gpt-4o' }))
})

it('letting calls without a price pass is part of the policy and its version; refusing them is the default', () => {
  const versionOf = (tenant: string) => parseConfig(file(tenant), 'p.yaml', {}).tenants.get('acme')?.policyVersion
  expect(versionOf(', on_unknown_price: refuse')).toBe(tenants.get('acme')?.policyVersion)
  expect(versionOf(', on_unknown_price: send')).not.toBe(tenants.get('acme')?.policyVersion)
})
