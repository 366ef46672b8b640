import { createHmac } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { KeyIdentity } from '../../config/types.ts'
import { validateHeaders } from '../../domain/chat/validate-headers.ts'
import { isUuid, uuidv7 } from '../../domain/ids/uuidv7.ts'
import {
  type AskedQuestion,
  openQuestionField,
  type QuestionAnswer,
  sealQuestionField,
  type WrittenStatement,
} from '../../domain/sql-guard/question-sealing.ts'
import { PalimpsestError } from '../../errors.ts'
import type { StoredQuestion } from '../../ports/database-questions.ts'
import { KeyDestroyed } from '../../ports/key-service.ts'
import { requireRole } from '../authenticate.ts'
import { refusePersonalDataInNames } from '../chat-completions/check-names.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { notFound } from '../requests.ts'
import { userSchema } from '../user-id.ts'
import { requireToolScope, SQL_TOOL } from './run.ts'

const MAX_BODY_BYTES = 64 * 1024
/** Milliseconds that a caller waits; the question goes on. */
const ANSWER_WITHIN_MS = 15 * 60_000
/** Milliseconds between two looks, where another process answers. */
const LOOK_MS = 1_000

const bodySchema = z.strictObject({
  question: z
    .string()
    .trim()
    .min(1)
    .max(16_000)
    .refine((value) => value.isWellFormed()),
  database: z.string().min(1).max(128),
  model: z.string().min(1).max(256).optional(),
  explain: z.boolean().optional(),
  user: userSchema.optional(),
})
type Body = z.infer<typeof bodySchema>

/** Questions that a model answers by a statement, as a workflow. */
export function sqlAsk(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const { questions, queries, waiting } = deps.sql

  app.post('/v1/sql/ask', requireRole(deps, 'app'), limitBody(MAX_BODY_BYTES), async (c) => {
    if (deps.draining()) throw draining()
    const caller = c.get('caller')
    const headers = validateHeaders((name) => c.req.header(name))
    const tool = c.req.header('x-tool-name') === undefined ? SQL_TOOL : headers.tool
    const body = readBody(await readJson(c))
    // Told at once, and not by a workflow: who may not ask it, or asks what is not there.
    await queries.describe(caller.tenantId, body.database)
    const model = body.model ?? deps.sql.modelOf(body.database)
    if (model === null) throw modelMissing()
    await refusePersonalDataInNames(deps.engine, { ...headers, tool }, model)
    await requireToolScope(deps, caller, tool, headers.feature)
    const asked = askedOf(c, body, model, tool)
    const { id, isNew } = await accept(deps, caller, asked, headers.idempotencyKey)
    c.header('x-palimpsest-question-id', id)
    c.header('cache-control', 'no-store')
    const wait = waiting.wait(id, isNew && headers.idempotencyKey === null ? c.req.raw.signal : NEVER)
    try {
      if (isNew) await start(deps, id, caller.tenantId)
      return await answer(deps, c, await untilEnded(deps, caller.tenantId, id, wait.ended))
    } finally {
      wait.leave()
    }
  })

  app.get('/v1/sql/questions/:id', requireRole(deps, 'app'), async (c) => {
    const caller = c.get('caller')
    const id = c.req.param('id')
    const stored = isUuid(id) ? await questions.find(caller.tenantId, id) : undefined
    if (!stored || stored.caller.app !== caller.app) throw notFound('question')
    c.header('cache-control', 'no-store')
    if (stored.state === 'running') return c.json({ id, state: 'running' }, 202)
    return answer(deps, c, stored)
  })
  return app
}

/** A key may come back for it: it is answered whoever is gone. */
const NEVER = new AbortController().signal

function askedOf(c: Context<ApiEnv>, body: Body, model: string, tool: string): AskedQuestion {
  const passed = ['x-feature-name', 'x-session-id', 'x-data-region', 'x-consent-id', 'x-simulate'].flatMap((name) => {
    const value = c.req.header(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const { question, database, user = null, explain = false } = body
  return {
    question,
    database,
    model,
    user,
    inWords: explain,
    headers: { 'x-tool-name': tool, ...Object.fromEntries(passed) },
  }
}

async function accept(
  deps: ApiDeps,
  caller: KeyIdentity,
  asked: AskedQuestion,
  key: string | null,
): Promise<{ id: string; isNew: boolean }> {
  const at = deps.now()
  const id = uuidv7(at, deps.randomBytes(10))
  const { tenantId, app } = caller
  const identity =
    asked.user === null ? `daily:${app}:${new Date(at).toISOString().slice(0, 10)}` : `user:${asked.user}`
  const subject = await deps.subjects.resolve(tenantId, identity)
  const secret = await deps.keys.tenantSecret(tenantId, 'idempotency')
  const index = (...parts: string[]) => createHmac('sha256', secret).update(JSON.stringify(parts), 'utf8').digest()
  const row = { id, tenantId, subjectPseudonym: subject.pseudonym }
  const made = await deps.sql.questions.create({
    ...row,
    caller,
    dataKeyId: subject.dataKey.keyId,
    sealedQuestion: sealQuestionField(row, subject.dataKey, 'question', asked, deps.randomBytes),
    keyIndex: key === null ? null : index('question', app, key),
    bodyIndex: index('question body', JSON.stringify(asked)),
  })
  if (made === 'created') return { id, isNew: true }
  if (made.sameBody) return { id: made.id, isNew: false }
  throw new PalimpsestError({
    code: 'idempotency_key_reused',
    status: 422,
    message: 'This Idempotency-Key was used for another question: use a new key for a new question.',
    param: 'Idempotency-Key',
  })
}

async function start(deps: ApiDeps, id: string, tenantId: string): Promise<void> {
  try {
    await deps.sql.starter.start(id, tenantId)
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ questionId: id, cause }, 'the workflow of a question did not start')
    // A start that was ambiguous finds nothing to work on.
    await deps.sql.questions.remove(id)
    throw new PalimpsestError({
      code: 'temporal_unavailable',
      status: 503,
      message: 'The question could not be started and was taken back; try again shortly.',
      retryAfterSeconds: 2,
    })
  }
}

async function untilEnded(deps: ApiDeps, tenantId: string, id: string, ended: Promise<void>): Promise<StoredQuestion> {
  const deadline = deps.now() + ANSWER_WITHIN_MS
  let isTold = false
  const told = ended.then(() => {
    isTold = true
  })
  for (;;) {
    const timer = Promise.withResolvers<void>()
    const timeout = setTimeout(timer.resolve, LOOK_MS)
    await Promise.race(isTold ? [timer.promise] : [told, timer.promise])
    clearTimeout(timeout)
    const stored = await deps.sql.questions.find(tenantId, id)
    if (!stored) throw notFound('question')
    if (stored.state !== 'running') return stored
    if (deps.now() > deadline) {
      throw new PalimpsestError({
        code: 'question_still_running',
        status: 504,
        message: 'The question is still running: ask for it at GET /v1/sql/questions/{id}.',
      })
    }
  }
}

async function answer(deps: ApiDeps, c: Context<ApiEnv>, stored: StoredQuestion): Promise<Response> {
  const { id, state, errorCode, rounds } = stored
  const facts = {
    id,
    state,
    requests: rounds.flatMap(({ requestId }) => requestId ?? []),
    queries: rounds.flatMap(({ entryId, requestId }) => (requestId === null ? [] : [entryId])),
  }
  if (state === 'failed') return c.json({ ...facts, ...failure(errorCode ?? 'failed') }, statusOf(errorCode))
  try {
    const dataKey = await deps.keys.dataKey(stored.dataKeyId)
    if (state === 'answered' && stored.sealedAnswer) {
      const { rows, ...told } = openQuestionField<QuestionAnswer>(stored, dataKey, 'answer', stored.sealedAnswer)
      return c.json({ ...facts, ...told, rows, row_count: rows.length })
    }
    const statements = stored.sealedStatement
      ? openQuestionField<WrittenStatement[]>(stored, dataKey, 'statement', stored.sealedStatement)
      : []
    const { refusal } = statements.at(-1) ?? {}
    const error = { message: refusal?.message ?? '', type: 'invalid_request_error', code: errorCode, param: null }
    return c.json({ ...facts, error, position: refusal?.position ?? null }, 422)
  } catch (error) {
    if (error instanceof KeyDestroyed) return c.json({ ...facts, ...failure('subject_erased') }, 410)
    throw error
  }
}

function failure(code: string) {
  return { error: { message: WORDS[code] ?? OTHER, type: 'api_error', code, param: null } }
}

const OTHER = 'The request to the model that writes the statement ended with this code: its entry says more.'
const WORDS: Readonly<Record<string, string>> = {
  no_statement: 'The model gave no text, so there is no statement: ask in other words, or another model.',
  database_unavailable: 'The database does not answer: try again shortly.',
  sql_cancelled: 'The caller went away, and the statement was stopped.',
  subject_erased: 'The person whose question it was has been erased.',
}

function statusOf(code: string | null): 410 | 502 | 503 {
  if (code === 'subject_erased') return 410
  return code === 'database_unavailable' ? 503 : 502
}

function readBody(body: unknown): Body {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data
  const field = String(parsed.error.issues[0]?.path[0] ?? '')
  throw new PalimpsestError({
    code: 'invalid_question',
    status: 400,
    message:
      'Send {"question", "database"}; with "model" that which writes the statement, with "explain": true the rows in words, too, with "user" whose question it is.',
    param: ['question', 'database', 'model', 'explain', 'user'].includes(field) ? field : null,
  })
}

function modelMissing(): PalimpsestError {
  return new PalimpsestError({
    code: 'model_missing',
    status: 400,
    message: 'Send "model": this database names none of its own.',
    param: 'model',
  })
}

function draining(): PalimpsestError {
  return new PalimpsestError({
    code: 'draining',
    status: 503,
    message: 'This gateway is shutting down; send the question again.',
    retryAfterSeconds: 1,
  })
}
