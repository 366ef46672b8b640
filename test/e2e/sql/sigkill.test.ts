import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../support/gateway.ts'
import { type ServedGateway, serveGateway } from '../../support/served-gateway.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'
import { type OpenAiDouble, startOpenAiDouble } from '../../support/vendors/openai.ts'

const KEY = 'pk_app_sigkill_0123456789abcdef'

describe('a gateway that is killed while it answers a question', { timeout: 300_000 }, () => {
  let shop: Shop
  let openai: OpenAiDouble
  let home: string
  let served: ServedGateway
  const start = () =>
    serveGateway({
      home,
      env: { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.baseUrl },
      config: `
tenants:
  - { id: acme, region: us, keys: [{ key: ${KEY}, role: app }] }
databases:
  - name: shop
    url: "${shop.url}"
    views: [${shop.settings.views.map(({ schema, name }) => `${schema}.${name}`).join(', ')}]
    functions: [reporting.fiscal_year]
    model: gpt-4o
`,
    })
  beforeAll(async () => {
    shop = await createShop()
    openai = await startOpenAiDouble()
    home = mkdtempSync(join(tmpdir(), 'palimpsest-sql-kill-'))
    served = await start()
  }, 240_000)
  afterAll(async () => {
    await served?.stop()
    await openai?.close()
    await shop?.drop()
    if (home) rmSync(home, { recursive: true, force: true })
  })

  it('goes on after its restart: the same key gets the rows, and the question ends once', async () => {
    openai.always({ text: 'SELECT count(*) FROM orders', delayMs: 4_000 })
    const ask = () =>
      callApi(served.run.apiUrl, '/v1/sql/ask', {
        key: KEY,
        headers: { 'idempotency-key': 'killed once' },
        body: { question: 'How many orders are there?', database: 'shop' },
      })
    const first = ask().then(
      (response) => response.status,
      () => 'broken off',
    )
    while (openai.count === 0) await sleep(20)
    process.kill(served.run.pid, 'SIGKILL')
    expect(await first).toBe('broken off')
    openai.always({ text: 'SELECT count(*) FROM orders' })
    served = await start()
    const again = await ask()
    const body = (await again.json()) as { state: string; rows: unknown; queries: string[] }
    expect({ status: again.status, ...body }).toMatchObject({ status: 200, state: 'answered', rows: [[1800]] })
    expect(body.queries.length).toBe(1)
  })
})
