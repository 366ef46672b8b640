import { type Context, Hono } from 'hono'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../errors.ts'
import type { HistorySources, KeptHistory } from '../ports/history-archive.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { notFound } from './requests.ts'

interface ShownRun {
  run_id: string
  closed_at: string | null
  source: 'temporal' | 'database' | 'archive'
  /** As Temporal's own tools export it. */
  history: unknown
}

/**
 * A request's histories as Temporal exports them, beside its entry: from Temporal while it has them, then from the database, then
 * from the archive. Nothing in one is personal data.
 */
export function requestHistory(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const readers = requireRole(deps, 'auditor', 'privacy', 'operator', 'admin')
  app.get('/v1/requests/:id/history', readers, async (c: Context<ApiEnv>) => {
    const { tenantId } = c.get('caller')
    const id = c.req.param('id') ?? ''
    if (!isUuid(id) || !(await isRequestOf(deps, tenantId, id))) throw notFound('request')
    const runs = await shownRuns(deps.histories, tenantId, id)
    if (runs.length === 0) throw notFound('history of this request: it was not kept')
    return c.json({ id, runs })
  })
  return app
}

async function isRequestOf(deps: ApiDeps, tenantId: string, id: string): Promise<boolean> {
  const entry = await deps.entries.entry(tenantId, id)
  if (entry) return entry.envelope.kind === 'interaction' || entry.envelope.kind === 'refusal'
  return (await deps.store.findInbox(id))?.context.tenantId === tenantId
}

async function shownRuns({ runs, archive, archived }: HistorySources, tenantId: string, id: string) {
  const shown = new Map<string, ShownRun>()
  let failed: unknown
  try {
    for (const run of await runs.runsOf(id)) {
      const history = await runs.historyOf(run)
      if (history !== undefined) shown.set(run.runId, shownOf({ ...run, history }, 'temporal'))
    }
  } catch (error) {
    // Whoever asks while Temporal is away is shown what is kept elsewhere.
    failed = error
  }
  const add = (kept: readonly KeptHistory[], source: ShownRun['source']) => {
    for (const one of kept) if (!shown.has(one.runId)) shown.set(one.runId, shownOf(one, source))
  }
  add(await archive.find(tenantId, id), 'database')
  if (shown.size === 0) add(await archived(tenantId, id), 'archive')
  if (shown.size === 0 && failed !== undefined) throw temporalAway(failed)
  return [...shown.values()].sort((a, b) => (a.closed_at ?? '~').localeCompare(b.closed_at ?? '~'))
}

function temporalAway(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'temporal_unavailable',
    status: 503,
    message: 'Temporal does not answer, and the history is kept nowhere else so far: try again.',
    retryAfterSeconds: 5,
    cause,
  })
}

function shownOf(
  run: { runId: string; closedAt: number | null; history: string },
  source: ShownRun['source'],
): ShownRun {
  const closed_at = run.closedAt === null ? null : new Date(run.closedAt).toISOString()
  return { run_id: run.runId, closed_at, source, history: JSON.parse(run.history) }
}
