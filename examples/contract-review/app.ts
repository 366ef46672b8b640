import { readFileSync } from 'node:fs'
import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { addPage } from '../support/serve-page.ts'
import type { Review, Reviews } from './reviews.ts'
import { summarise, toCsv } from './summary.ts'
import type { Progress } from './workflow/review-contract.ts'

const MOST_BYTES = 50_000_000
const ANSWER_WITHIN_MS = 5_000
const SAMPLE = new URL('./sample-contract.pdf', import.meta.url)

interface State {
  state: 'running' | 'completed' | 'failed' | 'unknown'
  progress: Progress | null
  error: { code: string; message: string } | null
}

export interface ReviewDeps {
  client: Client
  reviews: Reviews
  taskQueue: string
  model: string
  now(): number
}

/** The page, and what it asks: bring a document, follow its review, take the result away. */
export function contractReview({ client, reviews, taskQueue, model, now }: ReviewDeps): Hono {
  const app = new Hono()
  const workflowId = (id: string) => `contract-review/${id}`
  addPage(app, new URL('./page/', import.meta.url))

  app.get('/about', (c) => c.json({ model }))

  const tooLarge = bodyLimit({
    maxSize: MOST_BYTES,
    onError: (c) => c.json({ error: `The document is larger than ${MOST_BYTES / 1e6} MB: bring it in parts.` }, 413),
  })
  app.post('/reviews', tooLarge, async (c) => {
    const isSample = c.req.query('sample') === 'yes'
    const document = isSample ? readFileSync(SAMPLE) : new Uint8Array(await c.req.arrayBuffer())
    if (document.byteLength === 0) return c.json({ error: 'The file is empty.' }, 400)
    const name = isSample ? 'sample-contract.pdf' : (c.req.query('name') ?? 'contract.pdf').slice(0, 200)
    const { id } = await reviews.open(name, model, document, now())
    await client.workflow.start('reviewContract', { workflowId: workflowId(id), taskQueue, args: [id] })
    return c.json({ id }, 202)
  })

  const stateOf = async (id: string): Promise<State> => {
    const handle = client.workflow.getHandle(workflowId(id))
    const within = <T>(work: () => Promise<T>) => client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, work)
    try {
      const { status } = await within(() => handle.describe())
      if (status.name === 'RUNNING') {
        // Nobody works on it for the moment: it goes on when somebody does.
        const progress = await within(() => handle.query<Progress>('progress')).catch(() => null)
        return { state: 'running', progress, error: null }
      }
      return { state: 'completed', progress: (await within(() => handle.result())) as Progress, error: null }
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { state: 'unknown', progress: null, error: null }
      if (!(error instanceof WorkflowFailedError)) throw error
      const { type, message } = (error.cause ?? {}) as { type?: string; message?: string }
      return {
        state: 'failed',
        progress: null,
        error: { code: type ?? 'failed', message: message ?? 'The review has failed.' },
      }
    }
  }
  const found = async (id: string): Promise<{ review: Review; state: State } | null> => {
    const review = await reviews.find(id)
    return review && { review, state: await stateOf(id) }
  }

  app.get('/reviews/:id', async (c) => {
    const one = await found(c.req.param('id'))
    if (one === null) return c.json({ error: 'There is no such review.' }, 404)
    const { review, state } = one
    const pages = state.progress?.pages ?? 0
    return c.json({ ...state, ...summarise(review, pages, await reviews.results(review.id, pages)) })
  })

  app.get('/reviews/:id/:file{result\\.(json|csv)}', async (c) => {
    const one = await found(c.req.param('id'))
    if (one?.state.state !== 'completed') return c.json({ error: 'There is no result yet.' }, 404)
    const pages = one.state.progress?.pages ?? 0
    const summary = summarise(one.review, pages, await reviews.results(one.review.id, pages))
    const isCsv = c.req.param('file') === 'result.csv'
    c.header('content-disposition', `attachment; filename="${one.review.id}.${isCsv ? 'csv' : 'json'}"`)
    return isCsv ? c.body(toCsv(summary), 200, { 'content-type': 'text/csv; charset=utf-8' }) : c.json(summary)
  })
  return app
}
