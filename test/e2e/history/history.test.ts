import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  awaitEntry,
  type ChatOptions,
  requestIdOf,
  startVendorGateway,
  VENDOR_CONFIG,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'
import type { Behaviour } from '../../support/vendors/behaviour.ts'
import { type ReadHistory, readHistory, textsOf } from './read-history.ts'
import { keepHistory } from './recorded.ts'

/** What a request writes when nothing goes wrong: one task with the three steps in it. */
const SHORTEST = [
  'workflowExecutionStarted',
  'workflowTaskScheduled',
  'workflowTaskStarted',
  'workflowTaskCompleted',
  'markerRecorded',
  'markerRecorded',
  'markerRecorded',
  'workflowExecutionCompleted',
]

describe("a request's history in Temporal", () => {
  let vendor: VendorGateway
  let connection: Connection
  let client: Client
  beforeAll(async () => {
    vendor = await startVendorGateway({ config: VENDOR_CONFIG })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    client = new Client({ connection })
  })
  afterAll(async () => {
    await connection.close()
    await vendor.close()
  })

  /** Sends a chat, and reads the history of its workflow once it has closed. */
  async function historyOf(
    name: string,
    behaviours: Behaviour[],
    options: ChatOptions = {},
  ): Promise<{ id: string; history: ReadHistory }> {
    vendor.openai.reset()
    vendor.openai.script(...behaviours)
    const response = await vendor.chat('write to ann.lee@example.com', options)
    await response.text()
    const id = requestIdOf(response)
    await awaitEntry(vendor.sql, id)
    const history = await readHistory(client, `request/${id}`)
    if (name !== 'words') keepHistory(name, history.raw)
    return { id, history }
  }

  it('of an answer has eight events, and each step says what it decided', async () => {
    const { id, history } = await historyOf('answered', [])
    expect(history.events).toEqual(SHORTEST)
    expect(history.raw.events?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true)
    expect(history.steps).toEqual([
      {
        activity: 'prepare',
        result: {
          kind: 'ready',
          route: { provider: 'openai', model: 'gpt-4o' },
          fallbacks: [],
          reason: 'model_map',
          policyVersion: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
          engineVersion: expect.any(String),
          entityCounts: { EMAIL_ADDRESS: 1 },
          coverageDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
          recordSync: false,
          interactive: true,
        },
      },
      {
        activity: 'callModel',
        result: expect.objectContaining({
          status: 'answered',
          statusCode: 200,
          providerStatus: 200,
          attempt: 1,
          modelAnswered: 'gpt-4o',
          finishReason: 'stop',
          usage: { promptTokens: 3, responseTokens: 3, cachedTokens: 2, reasoningTokens: 1, estimated: false },
        }),
      },
      {
        activity: 'record',
        result: {
          status: 'answered',
          statusCode: 200,
          errorCode: null,
          attempts: 1,
          promptTokens: 3,
          responseTokens: 3,
          costUsd: expect.stringMatching(/^0\.\d{10}$/),
          entryId: id,
        },
      },
    ])
    expect(history.result).toEqual(history.steps[2]?.result)
    expect(history.description.status.name).toBe('COMPLETED')
  })

  it('shows tool, tenant and planned route in the list, set at its start and never changed', async () => {
    const { id, history } = await historyOf('answered-after-record', [], { headers: { 'X-Tool-Name': 'hr_helpdesk' } })
    const { description } = history
    expect(description.type).toBe('request')
    expect(await description.staticSummary()).toBe('hr_helpdesk → openai/gpt-4o')
    const { BuildIds, ...attributes } = description.searchAttributes
    expect(attributes).toEqual({
      PalimpsestTenant: ['dev'],
      PalimpsestTool: ['hr_helpdesk'],
      PalimpsestRoute: ['openai/gpt-4o'],
    })
    expect(history.events).toEqual(SHORTEST)
    const found = client.workflow.list({ query: `PalimpsestTool = 'hr_helpdesk' AND PalimpsestTenant = 'dev'` })
    const ids: string[] = []
    for await (const execution of found) ids.push(execution.workflowId)
    expect(ids).toContain(`request/${id}`)
  })

  it('of a stream is as short', async () => {
    const { history } = await historyOf('streamed', [{ pieceLength: 3 }], { body: { stream: true } })
    expect(history.events).toEqual(SHORTEST)
    expect(history.steps[1]?.result).toMatchObject({ status: 'answered', ttftMs: expect.any(Number) })
  })

  it('of a stream of ten seconds has one more workflow task', async () => {
    const slowly = [{ text: 'word '.repeat(12), pieceLength: 5, pieceDelayMs: 800 }]
    const { history } = await historyOf('long', slowly, { body: { stream: true } })
    expect(history.events.length).toBe(SHORTEST.length + 3)
    expect(history.events.filter((name) => name === 'markerRecorded')).toHaveLength(3)
    expect(history.result).toMatchObject({ status: 'answered', attempts: 1 })
  })

  it('of a refusal fails with the code as its type, without a call', async () => {
    const { id, history } = await historyOf('refused', [], { headers: { 'X-Data-Region': 'eu' } })
    expect(history.description.status.name).toBe('FAILED')
    expect(await history.description.staticSummary()).toBe('default → refused/residency_no_route')
    expect(history.failure).toMatchObject({ type: 'residency_no_route', nonRetryable: true })
    expect(history.failure?.details).toMatchObject([{ status: 'refused', statusCode: 403, attempts: 0, entryId: id }])
    expect(history.steps.map(({ activity }) => activity)).toEqual(['prepare', 'record'])
    expect(history.steps[0]?.result).toEqual({
      kind: 'refused',
      code: 'residency_no_route',
      statusCode: 403,
      param: null,
    })
    expect(vendor.openai.count).toBe(0)
  })

  it('of a request that cannot be scanned fails with the place in it', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://example.com/ann.png' } }]
    const { history } = await historyOf('unscannable', [], { body: { messages: [{ role: 'user', content }] } })
    expect(history.failure).toMatchObject({ type: 'unscannable_content' })
    expect(history.steps[0]?.result).toMatchObject({
      kind: 'refused',
      statusCode: 422,
      param: 'messages[0].content[0]',
    })
  })

  it("of a provider's refusal fails with the code as its type", async () => {
    const { history } = await historyOf('failed', [{ status: 400 }])
    expect(history.failure).toMatchObject({
      type: 'provider_rejected',
      message: 'The request was failed and recorded.',
    })
    expect(history.steps[1]?.result).toMatchObject({ status: 'failed', failureKind: 'rejected', providerStatus: 400 })
  })

  it('of a second try shows the pause and the try, and says so in its result', async () => {
    const { history } = await historyOf('tried-again', [{ status: 500 }])
    expect(history.events.filter((name) => name.startsWith('timer'))).toEqual(['timerStarted', 'timerFired'])
    expect(history.steps.map(({ activity }) => activity)).toEqual(['prepare', 'callModel', 'retryModel', 'record'])
    expect(history.steps[1]?.result).toMatchObject({
      status: 'failed',
      retryable: true,
      providerStatus: 500,
      attempt: 1,
    })
    expect(history.steps[2]?.result).toMatchObject({ status: 'answered', attempt: 2 })
    expect(history.result).toMatchObject({ status: 'answered', attempts: 2 })
  })

  it('of a provider that stays away fails after three tries', async () => {
    const { history } = await historyOf('given-up', [{ status: 500 }, { status: 503 }, { status: 500 }])
    expect(history.failure).toMatchObject({ type: 'provider_unavailable' })
    expect(history.failure?.details).toMatchObject([{ status: 'failed', attempts: 3 }])
    expect(history.events).toContain('activityTaskFailed')
  })

  it('of a tool for which nobody waits shows the time the provider asked for', async () => {
    const waiting = [{ status: 429, headers: { 'retry-after': '2' } }]
    const { history } = await historyOf('waited-out', waiting, { headers: { 'X-Tool-Name': 'nightly' } })
    const timer = history.raw.events?.find((event) => event.timerStartedEventAttributes)?.timerStartedEventAttributes
    expect(Number(timer?.startToFireTimeout?.seconds)).toBe(2)
    expect(history.steps[1]?.result).toMatchObject({ failureKind: 'rate_limited', retryAfterMs: 2000, retryable: true })
    expect(history.result).toMatchObject({ status: 'answered', attempts: 2 })
  })

  it('of an interrupted stream fails with what interrupted it', async () => {
    const { history } = await historyOf('interrupted', [{ fault: 'half', text: 'one two three four' }], {
      body: { stream: true },
    })
    expect(history.failure).toMatchObject({ type: 'provider_interrupted' })
    expect(history.failure?.details).toMatchObject([{ status: 'interrupted', responseTokens: expect.any(Number) }])
  })

  it('holds ids, counts, decisions and costs, and no sentence but its own', async () => {
    const own = [
      'default → openai/gpt-4o',
      'The request was failed and recorded.',
      'The provider did not answer; the attempt is on record.',
      'Activity task failed',
    ]
    const { history } = await historyOf('words', [{ status: 500 }, { status: 500 }, { status: 500 }])
    const sentences = new Set(textsOf(history.raw).filter((text) => /\s/.test(text)))
    expect([...sentences].filter((text) => !own.includes(text))).toEqual([])
  })
})
