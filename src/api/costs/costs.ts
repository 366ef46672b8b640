import { stringify } from 'csv-stringify/sync'
import { type Context, Hono } from 'hono'
import { ATTRIBUTIONS, type CostDimension, type CostLine, type CostSums } from '../../domain/cost/cost-lines.ts'
import { percentOf, sumLines } from '../../domain/cost/sum-lines.ts'
import { PalimpsestError } from '../../errors.ts'
import type { CostAnswer, CostScope } from '../../ports/cost-ledger.ts'
import { requireRole } from '../authenticate.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { invalidParameter, periodParameter } from '../query.ts'

/** Lines of one answer at most. */
const MOST_LINES = 100_000
/** Ten years and their leap days. */
const MAX_PERIOD_MS = 3_653 * 86_400_000

/** What the tenant's calls cost, by what they were for. */
export function costs(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.get('/v1/costs', requireRole(deps, 'operator', 'auditor', 'admin'), async (c) => {
    const scope = costScope(c)
    const dimensions = dimensionsOf(c.req.query('group_by'))
    const format = c.req.query('format') ?? 'json'
    if (format !== 'json' && format !== 'csv') throw invalidParameter('format', 'json or csv')
    const answer = await askCosts(deps, scope, dimensions)
    c.header('cache-control', 'no-store')
    if (format === 'csv') return sendCsv(c, csvOf(answer.lines, dimensions), 'costs')
    return c.json({
      from: new Date(scope.from).toISOString(),
      to: new Date(scope.to).toISOString(),
      as_of: new Date(answer.watermark).toISOString(),
      group_by: dimensions,
      currency: 'USD',
      lines: answer.lines.map(({ by, sums }) => ({ ...by, ...shown(sums) })),
      totals: shown(sumLines(answer.lines)),
      archived_objects: answer.archivedObjects,
      expired: answer.expired,
    })
  })
  return app
}

/** The caller's tenant and the period that it names. */
export function costScope(c: Context<ApiEnv>): CostScope {
  const from = periodParameter(c, 'from')
  const to = periodParameter(c, 'to')
  if (from === null) throw invalidParameter('from', 'given: a date, or a date and time with its offset (RFC 3339)')
  if (to === null || to <= from || to - from > MAX_PERIOD_MS) {
    throw invalidParameter('to', 'given: later than from, ten years at most')
  }
  return { tenantId: c.get('caller').tenantId, from, to }
}

/** @throws PalimpsestError where there are too many lines, or an archived object is not there yet. */
export async function askCosts(
  deps: Pick<ApiDeps, 'costs'>,
  scope: CostScope,
  dimensions: readonly CostDimension[],
): Promise<CostAnswer> {
  const answer = await deps.costs.costs(scope, dimensions, MOST_LINES).catch((cause: unknown) => {
    if ((cause as { code?: unknown }).code !== 'archive_restore_pending') throw cause
    throw new PalimpsestError({
      code: 'archive_restore_pending',
      status: 503,
      message: 'Archived days of this period are being restored from a deeper class: ask again later.',
      retryAfterSeconds: 3_600,
      cause,
    })
  })
  if (!answer.more) return answer
  throw new PalimpsestError({
    code: 'too_many_lines',
    status: 400,
    message: `This gives more than ${MOST_LINES} lines: ask for a shorter period or fewer groups.`,
    param: 'group_by',
  })
}

/** Sends a CSV file that the browser saves. */
export function sendCsv(c: Context<ApiEnv>, text: string, name: string): Response {
  return c.body(text, 200, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${name}.csv"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
}

function dimensionsOf(groupBy = ''): readonly CostDimension[] {
  const named = groupBy === '' ? [] : groupBy.split(',')
  const known = ATTRIBUTIONS.filter((name) => named.includes(name))
  if (known.length === named.length) return named as CostDimension[]
  throw invalidParameter('group_by', `a list without repetition, separated by commas, of ${ATTRIBUTIONS.join(', ')}`)
}

function shown(sums: CostSums) {
  return { ...sums, estimated_percent: percentOf(sums.estimated_cost_usd, sums.cost_usd) }
}

function csvOf(lines: readonly CostLine[], dimensions: readonly CostDimension[]): string {
  const columns = [...dimensions, ...Object.keys(sumLines([]))]
  const rows = lines.map(({ by, sums }) => ({ ...by, ...sums }))
  return stringify(rows, { header: true, columns, escape_formulas: true })
}
