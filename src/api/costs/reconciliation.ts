import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { ledgerCells, RECONCILED_BY } from '../../domain/cost/reconciliation/ledger-cells.ts'
import { type Reconciliation, reconcile } from '../../domain/cost/reconciliation/reconcile.ts'
import { figures, reconciliationEntry } from '../../domain/cost/reconciliation/reconciliation-entry.ts'
import { INVOICE_PROVIDERS } from '../../domain/cost/reconciliation/types.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import { requireRole } from '../authenticate.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { askCosts } from './costs.ts'

const MAX_BODY_BYTES = 32 * 1024 * 1024
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MAX_DAYS = 400

const bodySchema = z.strictObject({
  provider: z.enum(INVOICE_PROVIDERS),
  from: z.iso.date(),
  to: z.iso.date(),
  invoices: z.array(z.string().min(1)).min(1).max(20),
  account: z
    .string()
    .regex(/^[^\p{C}]{1,256}$/u)
    .optional(),
  utc_offset_hours: z.int().min(-12).max(14).default(0),
})

/** A provider's file against the entries: each difference with its reason, and the figures as an entry. */
export function reconciliation(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post(
    '/v1/costs/reconciliation',
    requireRole(deps, 'operator', 'auditor', 'admin'),
    limitBody(MAX_BODY_BYTES),
    async (c) => {
      const officer = c.get('caller')
      const { provider, from, below, invoices, account = null, ...told } = readBody(await readJson(c))
      const lines = invoices.flatMap((text) => deps.readInvoice(text, provider, { from, below, account }))
      const offset = told.utc_offset_hours
      const scope = {
        tenantId: officer.tenantId,
        from: Date.parse(from) - offset * HOUR_MS,
        to: Date.parse(below) - offset * HOUR_MS,
      }
      const { lines: costs, watermark, expired } = await askCosts(deps, scope, RECONCILED_BY)
      const result = reconcile(ledgerCells(costs, provider, offset), lines)
      const at = deps.now()
      const id = uuidv7(at, deps.randomBytes(10))
      const sha256 = invoices.map((text) => createHash('sha256').update(text, 'utf8').digest('hex'))
      const retentionClass = deps.config.tenants.get(officer.tenantId)?.retentionClass ?? 'standard'
      const facts = { provider, from, below, sha256, ofAccount: account !== null, result }
      await deps.ledger.append(reconciliationEntry({ id, at, officer, retentionClass, ...facts }))
      c.header('cache-control', 'no-store')
      return c.json({
        ...{ provider, from, to: new Date(Date.parse(below) - DAY_MS).toISOString().slice(0, 10), entry: id },
        ...{ as_of: new Date(watermark).toISOString(), expired, invoices_sha256: sha256, ...resultJson(result) },
      })
    },
  )
  return app
}

function resultJson({ granularity, ledger, invoice, difference, byClass, lines }: Reconciliation) {
  return {
    granularity,
    ...{ ledger: figures(ledger), invoice: figures(invoice), difference: figures(difference) },
    by_class: byClass.map((one) => ({ class: one.class, lines: one.lines, ...figures(one) })),
    lines: lines.map(({ tokens, usd, ...at }) => ({ ...at, ...figures({ tokens, usd }) })),
  }
}

/** `below` is the day behind the last. */
function readBody(body: unknown): z.infer<typeof bodySchema> & { below: string } {
  const parsed = bodySchema.safeParse(body)
  const days = parsed.success ? (Date.parse(parsed.data.to) - Date.parse(parsed.data.from)) / DAY_MS : 0
  if (parsed.success && days >= 0 && days < MAX_DAYS) {
    return { ...parsed.data, below: new Date(Date.parse(parsed.data.to) + DAY_MS).toISOString().slice(0, 10) }
  }
  const field = parsed.success ? 'to' : String(parsed.error.issues[0]?.path[0] ?? '')
  throw new PalimpsestError({
    code: 'invalid_reconciliation',
    status: 400,
    message: `Send {"provider", "from", "to", "invoices"}: one of ${INVOICE_PROVIDERS.join(', ')}, the first and the last day (${MAX_DAYS} days at most), and the texts of the provider's files, 20 at most; and where needed "account" and "utc_offset_hours" (-12 to 14).`,
    param: Object.keys(bodySchema.shape).includes(field) ? field : null,
  })
}
