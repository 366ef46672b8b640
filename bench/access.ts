import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { createIdentityProviders } from '../src/adapters/oidc/identity-providers.ts'
import { createApiKeys } from '../src/adapters/postgres/access/api-keys.ts'
import { CurrentKeys } from '../src/adapters/postgres/access/current-keys.ts'
import { serviceUrl } from '../src/adapters/postgres/connect.ts'
import { requireRole } from '../src/api/authenticate.ts'
import type { ApiDeps, ApiEnv } from '../src/api/deps.ts'
import { parseConfig } from '../src/config/file.ts'
import { hashKey } from '../src/config/keys.ts'
import { apiKeyOf } from '../src/domain/access/api-key.ts'
import { keyCreatedEntry } from '../src/domain/access/key-entry.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import { AUDIENCE, startOidcProvider, type TestProvider } from '../test/support/oidc/start.ts'
import type { Measurement } from './support/measurement.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const CONFIGURED = 'pk_bench_0123456789abcdef'
const KEYS = 2_000
const CALLS = 5_000
const ROUNDS = 6

/** What it costs a request to know who calls. */
export const access: Measurement = {
  name: 'access',
  about: 'what it costs a request to know its caller: by a key of the configuration, of the database, by a token',
  async run({ say }) {
    const stack = await startLedgerStack()
    const provider = await startOidcProvider('http://127.0.0.1/auth/callback')
    try {
      say(`${KEYS} keys`)
      const key = await makeKeys(stack)
      const { app, close } = await openApp(stack, provider)
      provider.groups.set('ann', ['bench'])
      const callers = {
        'nobody is asked who they are': ['/open', ''],
        'key of the configuration': ['/guarded', CONFIGURED],
        [`one of ${KEYS} keys of the database`]: ['/guarded', key],
        'token of a person, RS256': ['/guarded', await provider.token('ann')],
      } as const
      const times = await measure(app, callers)
      await close()
      const ms = (value: number) => value.toFixed(3)
      const rows = Object.entries(times).map(([name, own]) => [
        name,
        ms(percentile(own, 0.5)),
        ms(percentile(own, 0.99)),
      ])
      const data = Object.fromEntries(Object.entries(times).map(([name, own]) => [name, percentile(own, 0.5)]))
      const text = `A whole request that does nothing else, in process; ${CALLS * ROUNDS} times each.\n\n`
      return { text: text + formatTable(['', 'p50 ms', 'p99 ms'], rows), data }
    } finally {
      await provider.close()
      await stack.stop()
    }
  },
}

/** By turns, so that what the machine does meanwhile falls on all. */
async function measure(app: Hono<ApiEnv>, callers: Readonly<Record<string, readonly [string, string]>>) {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(callers).map((name) => [name, []]))
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, [path, key]] of Object.entries(callers)) {
      for (let i = 0; i < CALLS; i++) {
        const request = new Request(`http://bench${path}`, { headers: { authorization: `Bearer ${key}` } })
        const from = performance.now()
        const { status } = await app.fetch(request)
        const took = performance.now() - from
        if (status !== 200) throw new Error(`${name}: ${status}`)
        if (round >= 0) times[name]?.push(took)
        // A server lets its timers and sockets have their turn, too.
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
  return times
}

async function makeKeys(stack: LedgerStack): Promise<string> {
  const officer = { tenantId: 'acme', keyId: 'bench', app: 'bench', team: null }
  const scope = { tools: null, models: ['gpt-*'], regions: null }
  const grant = { roles: ['app'], app: 'bench', team: null, scope, limits: null, expiresAt: null }
  const writer = stack.ledger.openWriter()
  const keys = Array.from({ length: KEYS }, () => apiKeyOf(randomBytes(32)))
  const made = keys.map((key) => {
    const at = Date.now()
    return writer.append(keyCreatedEntry({ id: uuidv7(at, randomBytes(10)), at, officer }, grant, hashKey(key)))
  })
  await Promise.all(made)
  await writer.close()
  return keys.at(-1) ?? ''
}

async function openApp(stack: LedgerStack, provider: TestProvider) {
  const current = new CurrentKeys({ url: serviceUrl(stack.databaseUrl), onState: () => undefined })
  await current.start()
  const config = parseConfig(
    `
tenants: [{ id: acme, region: us, keys: [{ key: ${CONFIGURED}, role: app }] }]
people:
  issuers:
    - issuer: ${provider.issuer}
      audiences: [${AUDIENCE}]
      grants: [{ claim: groups, value: bench, tenant: acme, roles: [app] }]
`,
    'bench.yaml',
    {},
  )
  const secret = randomBytes(32)
  const deps = {
    config,
    apiKeys: createApiKeys(stack.ledger.sql, current),
    identityProviders: createIdentityProviders(config.people?.issuers ?? []),
    keys: { tenantSecret: async () => secret },
    now: Date.now,
  } as unknown as ApiDeps
  const app = new Hono<ApiEnv>()
  app.get('/open', (c) => c.text('ok'))
  app.get('/guarded', requireRole(deps, 'app'), (c) => c.text('ok'))
  return { app, close: () => current.close() }
}
