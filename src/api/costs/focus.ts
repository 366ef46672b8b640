import { stringify } from 'csv-stringify/sync'
import { Hono } from 'hono'
import { FOCUS_COLUMNS, FOCUS_DIMENSIONS, type FocusRow, focusRows } from '../../domain/cost/focus.ts'
import { requireRole } from '../authenticate.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { invalidParameter } from '../query.ts'
import { askCosts, costScope, sendCsv } from './costs.ts'

const DAY_MS = 86_400_000

/** The tenant's costs in the columns of FOCUS 1.2, the FinOps Open Cost and Usage Specification: by day, in CSV. */
export function focusExport(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.get('/v1/costs/focus', requireRole(deps, 'operator', 'auditor', 'admin'), async (c) => {
    const scope = costScope(c)
    for (const end of ['from', 'to'] as const) {
      if (scope[end] % DAY_MS !== 0) throw invalidParameter(end, 'a whole day in UTC: charges are told by day')
    }
    const { lines } = await askCosts(deps, scope, FOCUS_DIMENSIONS)
    const rows = lines.flatMap((line) => focusRows(scope.tenantId, line)).map(harmless)
    return sendCsv(c, stringify(rows, { header: true, columns: [...FOCUS_COLUMNS] }), 'focus')
  })
  return app
}

/** Columns that hold names which came from outside. */
const NAMES = ['ChargeDescription', 'ResourceId', 'ResourceName', 'SkuId', 'SkuPriceId'] as const

/** A spreadsheet takes a cell that begins like a formula for one. */
function harmless(row: FocusRow): FocusRow {
  const names = NAMES.filter((name) => /^[=+\-@\t\r]/.test(row[name] ?? ''))
  return names.length === 0 ? row : { ...row, ...Object.fromEntries(names.map((name) => [name, `'${row[name]}`])) }
}
