import { type Context, Hono } from 'hono'
import { administrationEntry } from '../domain/access/administration-entry.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import type { PeriodSummary } from '../ports/archive-periods.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'
import { invalidParameter } from './query.ts'
import { notFound } from './requests.ts'

const MAX_PAGE = 400
const DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * The tenant's archived periods, runs that archive what is due, and the store's own rules. Runs and rules are of all tenants: that
 * somebody asked for them is an entry of the caller's, before anything begins.
 */
export function archives(deps: ApiDeps): Hono<ApiEnv> {
  const { archivePeriods, archiveRuns, keepLifecycle } = deps
  const app = new Hono<ApiEnv>()
  const readers = requireRole(deps, 'auditor', 'operator', 'admin')
  const operators = requireRole(deps, 'operator', 'admin')

  app.get('/v1/archives', readers, async (c) => {
    const below = c.req.query('below') ?? null
    if (below !== null && (!DAY.test(below) || Number.isNaN(Date.parse(below))))
      throw invalidParameter('below', 'a date, YYYY-MM-DD')
    const limit = integer(c, 'limit', 100, 1, MAX_PAGE)
    const page = await archivePeriods.page(c.get('caller').tenantId, below, limit)
    return c.json({ archives: page.map(periodJson), next_below: page.at(-1)?.fromDay ?? null })
  })

  app.post('/v1/archives/runs', operators, async (c) => {
    await record(deps, c, 'archive_run_asked')
    return c.json({ workflow_id: await archiveRuns.start() }, 202)
  })

  app.get('/v1/archives/runs/last', operators, async (c) => {
    const last = await archiveRuns.last()
    if (last === undefined) throw notFound('run')
    const { tenantId } = c.get('caller')
    const failures = last.failures.filter(({ tenant }) => tenant === tenantId)
    return c.json({
      state: last.state,
      step: last.step,
      counts: last.counts,
      failures: failures.map(({ retentionClass, day, code }) => ({ retention_class: retentionClass, day, code })),
      days_left: last.left,
    })
  })
  app.post('/v1/archives/lifecycle', operators, async (c) => {
    await record(deps, c, 'archive_rules_asked')
    return c.json({ differences: await keepLifecycle() })
  })
  return app
}

async function record(deps: ApiDeps, c: Context<ApiEnv>, status: string): Promise<void> {
  const at = deps.now()
  const act = { id: uuidv7(at, deps.randomBytes(10)), at, officer: c.get('caller') }
  await deps.ledger.append(administrationEntry(act, status, null, null))
}

function periodJson({ id, fromDay, belowDay, retentionClass, generation, entries, objects, ...is }: PeriodSummary) {
  return {
    id,
    state: is.isExpired ? 'expired' : is.isAnchored ? 'anchored' : is.isRecorded ? 'recorded' : 'open',
    from_day: fromDay,
    below_day: belowDay,
    retention_class: retentionClass,
    generation,
    entries,
    objects: objects.map(({ name, part, generation: of, state, bytes, sha256 }) => ({
      name,
      part,
      generation: of,
      state,
      bytes,
      sha256: Buffer.from(sha256).toString('hex'),
    })),
  }
}
