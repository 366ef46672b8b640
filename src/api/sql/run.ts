import { Hono } from 'hono'
import { z } from 'zod'
import type { KeyIdentity } from '../../config/types.ts'
import { validateHeaders } from '../../domain/chat/validate-headers.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { GuardedOutcome } from '../../ports/guarded-queries.ts'
import { requireRole } from '../authenticate.ts'
import { refusePersonalDataInNames } from '../chat-completions/check-names.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { limitHeaders } from '../limit-headers.ts'
import { takeFromLimits } from '../limits.ts'
import { requireScope } from '../require-scope.ts'
import { userSchema } from '../user-id.ts'

const MAX_BODY_BYTES = 256 * 1024
/** What statements and questions are recorded under where no tool is named. */
export const SQL_TOOL = 'sql'

const bodySchema = z.strictObject({
  sql: z.string().min(1),
  database: z.string().min(1).max(128),
  user: userSchema.optional(),
})

/** Statements that others wrote, behind the guard. */
export function sqlRun(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.get('/v1/sql/databases', requireRole(deps, 'app'), async (c) => {
    const { tenantId } = c.get('caller')
    return c.json({ databases: deps.sql.queries.names(tenantId).map((name) => ({ name })) })
  })

  app.get('/v1/sql/databases/:name', requireRole(deps, 'app'), async (c) => {
    const { views } = await deps.sql.queries.describe(c.get('caller').tenantId, c.req.param('name'))
    return c.json({ name: c.req.param('name'), views })
  })

  app.post('/v1/sql/run', requireRole(deps, 'app'), limitHeaders, limitBody(MAX_BODY_BYTES), async (c) => {
    const caller = c.get('caller')
    const headers = validateHeaders((name) => c.req.header(name))
    const tool = c.req.header('x-tool-name') === undefined ? SQL_TOOL : headers.tool
    const { sql, database, user } = readBody(await readJson(c))
    await refusePersonalDataInNames(deps.engine, { ...headers, tool }, database)
    await requireToolScope(deps, caller, tool, headers.feature)
    await takeFromLimits(deps, c, caller, null)
    const at = deps.now()
    const entryId = uuidv7(at, deps.randomBytes(10))
    const day = new Date(at).toISOString().slice(0, 10)
    const identity = user === undefined ? `daily:${caller.app}:${day}` : `user:${user}`
    const subject = await deps.subjects.resolve(caller.tenantId, identity)
    const { signal } = c.req.raw
    const query = { entryId, at, caller, subject, tool, database, sql, parentRequest: null, signal }
    const outcome = await deps.sql.queries.run(query)
    c.header('x-palimpsest-request-id', entryId)
    c.header('cache-control', 'no-store')
    if (outcome.kind === 'answered') return c.json({ id: entryId, ...rowsJson(outcome) })
    if (outcome.kind === 'failed') throw sqlFailed(outcome.code)
    return c.json({ id: entryId, ...refusalJson(outcome) }, 422)
  })
  return app
}

/** Of a key's scope what it says of tools: no model is asked here, and no region. */
export async function requireToolScope(
  deps: ApiDeps,
  caller: KeyIdentity,
  tool: string,
  feature: string | null,
): Promise<void> {
  if (!caller.scope) return
  const ofTools = { ...caller, scope: { ...caller.scope, models: null, regions: null } }
  await requireScope(deps, ofTools, { tool, feature, model: 'none', region: null })
}

function rowsJson({ rows }: GuardedOutcome & { kind: 'answered' }) {
  return { columns: rows.columns, rows: rows.rows, row_count: rows.rows.length, truncated: rows.truncated }
}

/** OpenAI's error object, and where in the statement it is. */
function refusalJson(refused: { code: string; message: string; position: number | null }) {
  const { code, message, position } = refused
  return { error: { message, type: 'invalid_request_error', code, param: 'sql' }, position }
}

function sqlFailed(code: string): PalimpsestError {
  const isGone = code === 'sql_cancelled'
  return new PalimpsestError({
    code,
    status: isGone ? 499 : 503,
    message: isGone
      ? 'The caller went away, and the statement was stopped.'
      : 'The database does not answer: try again shortly.',
    ...(!isGone && { retryAfterSeconds: 5 }),
  })
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body)
  if (parsed.success) return parsed.data
  const field = String(parsed.error.issues[0]?.path[0] ?? '')
  throw new PalimpsestError({
    code: 'invalid_query',
    status: 400,
    message: 'Send {"sql": "SELECT …", "database": "name"}, and with "user" whose question it is.',
    param: ['sql', 'database', 'user'].includes(field) ? field : null,
  })
}
