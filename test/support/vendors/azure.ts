import { type Behaviour, jsonReply, type Received, type Reply, type Vendor } from './behaviour.ts'
import { openAiAnswer, openAiRefusal, openAiStatus } from './openai.ts'
import type { OpenAiRequest } from './openai-request.ts'
import { type Double, type DoubleOptions, startDouble, withFields } from './server.ts'

export interface AzureDouble extends Double {
  /** As `AZURE_OPENAI_ENDPOINT` wants it. */
  endpoint: string
  apiKey: string
}

export interface AzureDoubleOptions extends DoubleOptions {
  apiKey?: string
  /** The deployments there are; default: any name. */
  deployments?: string[]
}

/** Azure OpenAI on 127.0.0.1: deployments in the path, `api-version`, the `api-key` header, content filter results. */
export async function startAzureDouble(options: AzureDoubleOptions = {}): Promise<AzureDouble> {
  const apiKey = options.apiKey ?? 'sk-double'
  const double = await startDouble(azureVendor(apiKey, options.deployments ?? null), options)
  return withFields(double, { endpoint: double.origin, apiKey })
}

const VERSIONS = /^20\d\d-\d\d-\d\d(-preview)?$/

function azureVendor(apiKey: string, deployments: string[] | null): Vendor {
  return {
    refusal(received, body) {
      const url = new URL(received.url, 'http://127.0.0.1')
      const deployment = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/.exec(url.pathname)?.[1]
      if (received.headers['api-key'] !== apiKey) {
        const message = 'Access denied due to invalid subscription key or wrong API endpoint.'
        return azureError(401, '401', message)
      }
      const version = url.searchParams.get('api-version')
      if (received.method !== 'POST' || deployment === undefined || version === null || !VERSIONS.test(version)) {
        return azureError(404, '404', 'Resource not found')
      }
      if (deployments !== null && !deployments.includes(decodeURIComponent(deployment))) {
        return azureError(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.')
      }
      return openAiRefusal(received, body)
    },
    answer: (received, body, behaviour) => filtered(received, openAiAnswer(body as OpenAiRequest, behaviour)),
    error: azureStatus,
    errorFrame: () =>
      `data: ${JSON.stringify({ error: { code: 'server_error', message: 'The server had an error.' } })}\n\n`,
  }
}

function azureError(status: number, code: string, message: string): Reply {
  return jsonReply(status, { error: { code, message } })
}

function azureStatus(status: number, behaviour: Behaviour): Reply {
  if (behaviour.code === 'content_filter') {
    return jsonReply(400, {
      error: {
        message: 'The response was filtered: my-secret-error-text.',
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { hate: { filtered: true, severity: 'high' } },
        },
      },
    })
  }
  if (status === 429) return azureError(429, '429', 'Requests have exceeded the rate limit: my-secret-error-text.')
  return openAiStatus(status, behaviour)
}

const SAFE = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } }

/** The answer with what Azure's content filter adds: a first chunk without choices, and one without a delta. */
function filtered(_received: Received, reply: Reply): Reply {
  const [first = ''] = reply.frames
  if (reply.contentType === 'application/json') {
    const body = JSON.parse(first) as { choices: object[] }
    const choices = body.choices.map((choice) => ({ ...choice, content_filter_results: SAFE }))
    return jsonReply(200, {
      ...body,
      choices,
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }],
    })
  }
  const empty = { id: '', object: '', created: 0, model: '', choices: [] as object[] }
  const prompt = { ...empty, prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }] }
  const later = {
    ...empty,
    choices: [
      { index: 0, finish_reason: null, content_filter_offsets: { check_offset: 0 }, content_filter_results: SAFE },
    ],
  }
  const [role = '', ...rest] = reply.frames
  return { ...reply, frames: [sse(prompt), role, sse(later), ...rest] }
}

function sse(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
