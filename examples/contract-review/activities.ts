import { ApplicationFailure, activityInfo, heartbeat } from '@temporalio/activity'
import OpenAI from 'openai'
import type { GatewayAccess } from '../support/find-gateway.ts'
import { clausesOf, INSTRUCTIONS } from './clauses.ts'
import { readPages } from './read-pages.ts'
import type { PageResult, Reviews } from './reviews.ts'

export type PageOutcome = PageResult['outcome']

/** Inputs and results stand in Temporal's histories: ids, numbers and codes. */
export interface Activities {
  readDocument(id: string): Promise<{ pages: number } | { unreadable: string; message: string }>
  reviewPage(input: { id: string; page: number }): Promise<PageOutcome>
}

const BEAT_MS = 3_000

export function createActivities(gateway: GatewayAccess, reviews: Reviews): Activities {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.appKey, maxRetries: 0 })
  return {
    readDocument: (id) =>
      beating(async () => {
        const read = await readPages(await reviews.document(id))
        if ('unreadable' in read) return read
        for (const [index, text] of read.pages.entries()) await reviews.keepPage(id, index + 1, text)
        return { pages: read.pages.length }
      }),

    reviewPage: ({ id, page }) =>
      beating(async () => {
        const text = await reviews.page(id, page)
        if (text === '') return keep(reviews, id, { page, outcome: 'no_text' })
        const { model = '' } = (await reviews.find(id)) ?? {}
        try {
          const asked = openai.chat.completions.create(
            {
              model,
              messages: [
                { role: 'system', content: INSTRUCTIONS },
                { role: 'user', content: text },
              ],
            },
            // The same page asked again, after a kill, gets the answer it got: nothing is paid twice.
            { headers: { ...TOOL, 'Idempotency-Key': `contract-review/${id}/${page}` } },
          )
          const { data, response } = await asked.withResponse()
          const request = response.headers.get('x-palimpsest-request-id') ?? ''
          const { costUsd, tookMs } = await figuresOf(gateway, request)
          const clauses = clausesOf(data.choices[0]?.message.content ?? '')
          return await keep(reviews, id, { page, outcome: 'reviewed', clauses, request, costUsd, tookMs })
        } catch (error) {
          if (!isFinal(error)) throw withoutText(error)
          const { code, requestID } = error
          return keep(reviews, id, {
            page,
            outcome: 'failed',
            code: String(code ?? error.status),
            request: requestID ?? null,
          })
        }
      }),
  }
}

const TOOL = { 'X-Tool-Name': 'contract_review', 'X-Feature-Name': 'clause_extraction' }
const TRIES = 8

async function keep(reviews: Reviews, id: string, result: PageResult): Promise<PageOutcome> {
  await reviews.keepResult(id, result)
  return result.outcome
}

/** What a page cost and how long it took, from its entry. A high-risk tool is answered when it is recorded. */
async function figuresOf(
  { url, appKey }: GatewayAccess,
  request: string,
): Promise<{ costUsd: string; tookMs: number }> {
  const answer = await fetch(`${url}/v1/requests/${request}`, { headers: { authorization: `Bearer ${appKey}` } })
  if (!answer.ok) throw new Error(`The gateway answers ${answer.status} to a request that it recorded.`)
  const { cost_usd: costUsd, latency_ms: tookMs } = (await answer.json()) as {
    cost_usd: string | null
    latency_ms: number | null
  }
  return { costUsd: costUsd ?? '0', tookMs: tookMs ?? 0 }
}

/** What another try will not change, and what was tried often enough. */
function isFinal(error: unknown): error is InstanceType<typeof OpenAI.APIError> {
  if (!(error instanceof OpenAI.APIError) || error.status === undefined) return false
  const mayPass = error.status === 429 || error.status >= 500
  return !mayPass || activityInfo().attempt >= TRIES
}

/** A failure stands in the history: its kind, and nothing of the page. */
function withoutText(error: unknown): ApplicationFailure {
  const type = error instanceof OpenAI.APIError ? `${error.status ?? 'connection'}:${error.code ?? ''}` : 'failed'
  return ApplicationFailure.retryable('A page could not be reviewed and is tried again.', type)
}

/** Tells Temporal that this process lives, so that another takes over soon when it does not. */
async function beating<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
