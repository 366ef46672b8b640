import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookHeaders } from '../../../src/domain/webhooks/event.ts'
import { readHistory, textsOf } from '../../e2e/history/read-history.ts'
import { keepHistory } from '../../e2e/history/recorded.ts'
import { startBudgetGateway } from '../../support/budgets.ts'
import { awaitEntry, settle, type VendorGateway } from '../../support/vendor-gateway.ts'

const SECRET = Buffer.alloc(32, 7)

interface Got {
  path: string
  headers: IncomingMessage['headers']
  body: string
}

interface Receiver {
  url: string
  got: Got[]
  server: Server
}

/** Answers each path's requests with these statuses, one after another, then 204. Null: not at all. */
async function startReceiver(script: Record<string, (number | null)[]>): Promise<Receiver> {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      got.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const status = script[path]?.shift()
      if (status === null) return
      response.writeHead(status ?? 204, status === 307 ? { location: '/elsewhere' } : {}).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, server }
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('not there after a minute')
}

const idOf = (got: Got | undefined) => String(got?.headers['webhook-id'])

describe('a soft limit of two cents and a hard one of three', () => {
  let receiver: Receiver
  let setup: VendorGateway

  beforeAll(async () => {
    receiver = await startReceiver({ '/fails': [500, 307, null] })
    const secret = `whsec_${SECRET.toString('base64')}`
    const webhooks = ['/fails', '/fine'].map((path) => `  - { url: "${receiver.url}${path}", secret: "${secret}" }`)
    const only = `  - { url: "${receiver.url}/only", secret: "${secret}", events: [budget.exhausted] }`
    setup = await startBudgetGateway(['{ period: month, soft_limit_usd: "0.02", hard_limit_usd: "0.03" }'], {
      file: `webhooks:\n${[...webhooks, only].join('\n')}`,
    })
  })

  afterAll(async () => {
    await setup?.close()
    receiver?.server.closeAllConnections()
    receiver?.server.close()
  })

  const bodiesOf = (path: string) => receiver.got.filter((one) => one.path === path).map(({ body }) => JSON.parse(body))

  it('lets calls through and is one entry, once', async () => {
    for (let call = 0; call < 3; call++) expect((await setup.chat('hello')).status).toBe(200)
    await settle(setup.sql)
    const entry = await until(async () => {
      const [row] = await setup.sql`SELECT * FROM ledger_entry WHERE status = 'budget_soft_limit'`
      return row
    })
    expect(entry).toMatchObject({ kind: 'administration', tenant_id: 'dev', api_key_id: null, subject_pseudonym: null })
    expect(JSON.parse(entry.detail)).toMatchObject({ budget: 'month', limit_usd: '0.02' })
    expect(Number(JSON.parse(entry.detail).spent_usd)).toBeGreaterThanOrEqual(0.02)
    expect((await setup.sql`SELECT FROM budget_notice`).length).toBe(0)
  })

  it('is told by webhooks whose signature stands, with the id of the entry, and nobody is in it', async () => {
    const told = await until(() => receiver.got.find(({ path }) => path === '/fine'))
    const body = JSON.parse(told.body)
    expect(body.type).toBe('budget.soft_limit_reached')
    expect(Object.keys(body.data).sort()).toEqual(
      ['budget', 'entry', 'limit_usd', 'period_end', 'period_start', 'spent_usd', 'tenant'].sort(),
    )
    expect(told.headers['webhook-id']).toBe(body.data.entry)
    await awaitEntry(setup.sql, body.data.entry)
    const at = Number(told.headers['webhook-timestamp']) * 1000
    const signed = webhookHeaders(body.data.entry, told.body, SECRET, at)
    expect(told.headers['webhook-signature']).toBe(signed['webhook-signature'])
  })

  it('is told again where a receiver fails, redirects or is silent: same id, same body, and the redirect is not followed', async () => {
    const tries = await until(() => {
      const all = receiver.got.filter(({ path }) => path === '/fails')
      return all.length >= 4 ? all : undefined
    })
    expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1)
    expect(receiver.got.filter(({ path }) => path === '/elsewhere')).toEqual([])
  }, 90_000)

  it('is told by a workflow whose history has ids and counts only', async () => {
    const [{ settings, taskQueue }, event] = [setup.gateway, receiver.got.find(({ path }) => path === '/fails')]
    const connection = await Connection.connect({ address: settings.temporalAddress })
    const client = new Client({ connection })
    const query = `WorkflowType = 'deliverWebhook' AND TaskQueue = '${taskQueue}'`
    const found = await until(async () => {
      for await (const { workflowId } of client.workflow.list({ query })) {
        if (!workflowId.includes(idOf(event))) continue
        const { tries }: { tries: number } = await client.workflow.getHandle(workflowId).result()
        if (tries > 1) return workflowId
      }
      return undefined
    })
    const { raw, result } = await readHistory(client, found)
    await connection.close()
    expect(result).toEqual({ tries: 4 })
    expect(textsOf(raw).filter((text) => /http:|whsec_|budget\.|\n +at /.test(text))).toEqual([])
    keepHistory('tried-again', raw, 'webhook')
  }, 90_000)

  it('that a hard limit is reached is told once, however often it refuses', async () => {
    for (let call = 0; call < 3; call++) expect((await setup.chat('hello')).status).toBe(402)
    await until(() => bodiesOf('/only')[0])
    await until(async () => {
      const waiting = await setup.sql`SELECT FROM webhook_event WHERE NOT handed_over`
      return waiting.length === 0 ? true : undefined
    })
    expect(bodiesOf('/only').map(({ type }) => type)).toEqual(['budget.exhausted'])
    const [refusals] = await setup.sql`
      SELECT count(*)::integer AS n FROM ledger_entry WHERE kind = 'refusal' AND error_code = 'budget_exhausted'`
    expect(refusals?.n).toBe(3)
  })

  it('stands in GET /v1/budgets: limits, spent, reserved, remaining, period', async () => {
    const { budgets } = (await (await setup.gateway.call('/v1/budgets')).json()) as { budgets: object[] }
    expect(budgets).toMatchObject([
      {
        ...{ name: 'month', period: 'month', soft_limit_usd: '0.02', hard_limit_usd: '0.03', spent_usd: '0.03' },
        ...{ reserved_usd: '0', remaining_usd: '0', team: null, app: null, tool: null, feature: null, user: null },
      },
    ])
  })
})
