import { callApi, TEST_KEYS } from '../../support/gateway.ts'
import type { Behaviour } from '../../support/vendors/behaviour.ts'
import type { OpenAiDouble } from '../../support/vendors/openai.ts'
import type { Garden } from './canaries.ts'
import { plantAnswer, plantCalls, plantRequest } from './plant.ts'

export interface Told {
  mode: string
  requestId: string | null
  status: number
  /** Head and body as the app got them. */
  head: string
  body: string
}

interface Scenario {
  mode: string
  /** What the provider does, one behaviour for each call of it. */
  behaviours: (garden: Garden, mode: string) => Behaviour[]
  fields?: Record<string, unknown>
  headers?: Record<string, string>
  /** Changes the planted body. */
  spoil?: (body: Record<string, unknown>, garden: Garden) => unknown
  status: number
}

const failing = (behaviour: Behaviour) => () => [behaviour]
const stream = { stream: true, stream_options: { include_usage: true } }
const sync = { 'X-Tool-Name': 'hr_helpdesk', 'X-Feature-Name': 'zq_control_feature' }

/** A request that is answered, refused, failed, interrupted, tried again, in each form there is. */
export const SCENARIOS: Scenario[] = [
  { mode: 'answered', behaviours: (garden, mode) => [plantAnswer(garden, mode)], status: 200 },
  { mode: 'answered with calls', behaviours: (garden, mode) => [plantCalls(garden, mode)], status: 200 },
  {
    mode: 'answered after its record',
    behaviours: (garden, mode) => [plantAnswer(garden, mode)],
    headers: sync,
    status: 200,
  },
  { mode: 'streamed', behaviours: (garden, mode) => [plantAnswer(garden, mode)], fields: stream, status: 200 },
  { mode: 'streamed calls', behaviours: (garden, mode) => [plantCalls(garden, mode)], fields: stream, status: 200 },
  {
    mode: 'streamed, ends after its record',
    behaviours: (garden, mode) => [plantAnswer(garden, mode)],
    fields: stream,
    headers: sync,
    status: 200,
  },
  { mode: 'tried again', behaviours: (garden, mode) => [{ status: 500 }, plantAnswer(garden, mode)], status: 200 },
  {
    mode: 'interrupted',
    behaviours: (garden, mode) => [{ ...plantAnswer(garden, mode), fault: 'half' }],
    fields: stream,
    status: 200,
  },
  { mode: 'answered with odd facts', behaviours: (garden, mode) => [oddFacts(garden, mode)], status: 200 },
  {
    mode: 'streamed with odd facts',
    behaviours: (garden, mode) => [oddFacts(garden, mode)],
    fields: stream,
    status: 200,
  },
  { mode: 'refused for residency', behaviours: () => [], headers: { 'X-Data-Region': 'eu' }, status: 403 },
  { mode: 'refused as unscannable', behaviours: () => [], spoil: addImage, status: 422 },
  {
    mode: 'rejected by the provider',
    behaviours: (garden, mode) => [{ status: 400, code: garden.grow(`${mode}: code`, 'word', 'provider') }],
    status: 400,
  },
  { mode: 'limited', behaviours: failing({ status: 429 }), status: 429 },
  { mode: 'failed', behaviours: () => Array(3).fill({ status: 500 }), status: 502 },
  { mode: 'garbled', behaviours: failing({ fault: 'garbage' }), status: 502 },
  {
    mode: 'cut',
    behaviours: (garden, mode) => Array(3).fill({ ...plantAnswer(garden, mode), fault: 'reset_midway' }),
    status: 502,
  },
  { mode: 'timed out', behaviours: failing({ fault: 'silence' }), status: 504 },
  { mode: 'malformed', behaviours: () => [], spoil: (body) => ({ ...body, temperature: 'hot' }), status: 400 },
  {
    mode: 'with an unknown field',
    behaviours: () => [],
    spoil: (body, garden) => ({
      ...body,
      [garden.growIdentity('unknown field')]: garden.growIdentity('value of an unknown field'),
    }),
    status: 400,
  },
  { mode: 'half a JSON text', behaviours: () => [], spoil: (body) => JSON.stringify(body).slice(0, -5), status: 400 },
  { mode: 'of an unknown model', behaviours: () => [], fields: { model: 'grok-99' }, status: 404 },
  {
    mode: 'with an unknown role',
    behaviours: () => [],
    spoil: (body, garden) => ({ ...body, messages: [{ role: garden.growIdentity('role'), content: 'x' }] }),
    status: 400,
  },
]

/** A provider that writes what it likes where facts belong. */
function oddFacts(garden: Garden, mode: string): Behaviour {
  return {
    ...plantAnswer(garden, mode),
    finishReason: garden.grow(`${mode}: finish reason`, 'word', 'provider'),
    model: garden.grow(`${mode}: model`, 'mail', 'provider'),
  }
}

function addImage(body: Record<string, unknown>, garden: Garden): unknown {
  const url = `https://images.example.com/${garden.growIdentity('address of an image')}.png`
  const messages = body.messages as unknown[]
  const content = [{ type: 'image_url', image_url: { url } }]
  return { ...body, messages: [...messages, { role: 'user', content }] }
}

/** Plants one scenario's request and sends it. */
export async function play(url: string, openai: OpenAiDouble, garden: Garden, scenario: Scenario): Promise<Told> {
  const { mode } = scenario
  const planted = plantRequest(garden, mode)
  openai.script(...scenario.behaviours(garden, mode))
  const body = { ...planted.body, ...scenario.fields }
  const response = await callApi(url, '/v1/chat/completions', {
    headers: { 'X-Tool-Name': 'zq_control_tool', ...planted.headers, ...scenario.headers },
    body: scenario.spoil ? scenario.spoil(body, garden) : body,
  })
  return told(mode, response)
}

export async function told(mode: string, response: Response): Promise<Told> {
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const requestId = response.headers.get('x-palimpsest-request-id')
  return { mode, requestId, status: response.status, head, body: await response.text() }
}

/** What else an app or an attacker may put into a request. */
export async function playOddities(url: string, garden: Garden): Promise<Told[]> {
  const seed = (place: string) => encodeURIComponent(garden.growIdentity(place))
  const ask = async (place: string, path: string, options: Parameters<typeof callApi>[2] = {}) =>
    told(place, await callApi(url, path, options))
  return [
    await ask('unknown path', `/${seed('path')}?q=${seed('query')}`),
    await ask('id', `/v1/requests/${seed('id')}`, { key: TEST_KEYS.admin }),
    await ask('limit', `/v1/ledger/entries?limit=${seed('limit')}`, { key: TEST_KEYS.auditor }),
    await ask('key', '/v1/models', { key: garden.growIdentity('key of nobody') }),
    await ask('tool name', '/v1/chat/completions', {
      headers: { 'X-Tool-Name': garden.grow('tool name', 'secret') },
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] },
    }),
    await ask('header', '/v1/chat/completions', {
      headers: {
        'X-Tool-Name': `a ${garden.growIdentity('malformed tool name')}`,
        'X-Simulate': garden.growIdentity('X-Simulate'),
      },
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] },
    }),
    await ask('method', `/v1/models?${seed('query of a wrong method')}`, { method: 'DELETE' }),
  ]
}
