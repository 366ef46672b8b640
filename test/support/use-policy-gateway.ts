import { afterAll, beforeAll } from 'vitest'
import { type PolicyGateway, startPolicyGateway } from './policies.ts'

/** For the tests of a file: the gateway of two tenants before them, stopped and removed behind them. */
export function usePolicyGateway(): Pick<PolicyGateway, 'gateway' | 'database'> {
  let started: PolicyGateway | undefined
  beforeAll(async () => {
    started = await startPolicyGateway()
  }, 120_000)
  afterAll(() => started?.close())
  const running = () => {
    if (started === undefined) throw new Error('the gateway runs within the tests only')
    return started
  }
  return {
    get gateway() {
      return running().gateway
    },
    get database() {
      return running().database
    },
  }
}
