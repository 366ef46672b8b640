import { Hono } from 'hono'
import { PalimpsestError } from '../errors.ts'
import { KmsRefused, KmsUnavailable } from '../ports/kms.ts'
import { analyze } from './analyze.ts'
import { archives } from './archives.ts'
import { requireRole } from './authenticate.ts'
import { benchmarks } from './benchmarks.ts'
import { budgets } from './budgets.ts'
import { certificatePdf } from './certificate-pdf.ts'
import { chatCompletions } from './chat-completions/chat-completions.ts'
import { consents } from './consents.ts'
import { costs } from './costs/costs.ts'
import { focusExport } from './costs/focus.ts'
import { reconciliation } from './costs/reconciliation.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { disclosureAccounts } from './disclosure-accounts.ts'
import { disclosures } from './disclosures.ts'
import { erasures } from './erasures/erasures.ts'
import { exports } from './exports.ts'
import { hints } from './hints.ts'
import { holds } from './holds.ts'
import { keys } from './keys/keys.ts'
import { ledger } from './ledger.ts'
import { ledgerOpenings } from './ledger-openings.ts'
import { ledgerPack } from './ledger-pack.ts'
import { models } from './models.ts'
import { createNotFound } from './not-found.ts'
import { openApiDocument } from './openapi.ts'
import { signIn } from './people/sign-in.ts'
import { dryRun } from './policies/dry-run.ts'
import { policies } from './policies/policies.ts'
import { RecordedRefusal } from './record-refusal.ts'
import { reports } from './reports.ts'
import { requestHistory } from './request-history.ts'
import { requests } from './requests.ts'
import { sqlAsk } from './sql/ask.ts'
import { sqlRun } from './sql/run.ts'
import { traceRequests } from './trace-requests.ts'

/** One a file, each with its routes. */
const RESOURCES = [
  chatCompletions,
  models,
  analyze,
  requests,
  requestHistory,
  disclosures,
  disclosureAccounts,
  certificatePdf,
  erasures,
  holds,
  keys,
  signIn,
  policies,
  dryRun,
  consents,
  exports,
  archives,
  ledger,
  ledgerOpenings,
  ledgerPack,
  reports,
  benchmarks,
  sqlRun,
  sqlAsk,
  hints,
  budgets,
  costs,
  focusExport,
  reconciliation,
] as const

/** The HTTP API. Every error has the contract's shape; none carries data of a request. */
export function createApi(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.use(async (c, next) => {
    const startedAt = performance.now()
    await next()
    const resource = resourceOf(c.req.path)
    const seconds = (performance.now() - startedAt) / 1000
    deps.metrics.answered(c.res.status, seconds, resource)
    deps.log.info(
      {
        method: c.req.method,
        resource,
        status: c.res.status,
        ms: Math.round(seconds * 1000),
        requestId: c.res.headers.get('x-palimpsest-request-id'),
      },
      'answered',
    )
  })

  if (deps.tracing) app.use(traceRequests(deps.tracing))

  app.onError((error, c) => {
    const told = error instanceof PalimpsestError ? error : (kmsError(deps, error) ?? internalError(deps, error))
    deps.metrics.failed(resourceOf(c.req.path), told.code)
    const headers: Record<string, string> = {}
    if (told instanceof RecordedRefusal) headers['x-palimpsest-request-id'] = told.requestId
    if (told.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(told.retryAfterSeconds))
    return c.json(told.toBody(), told.status as 500, headers)
  })

  app.notFound(createNotFound(app))

  // What would be written into the ledger is refused while the ledger is not the one that was anchored; reading goes on.
  app.use('/v1/*', async (c, next) => {
    if (c.req.method !== 'GET') deps.requireLedger()
    await next()
  })

  app.get('/healthz', (c) => c.json({ status: 'alive', version: deps.version }))
  app.get('/readyz', async (c) => {
    const dependencies = await deps.dependencies()
    const ready = !deps.draining() && dependencies.every(({ ok, optional }) => ok || optional)
    const status = deps.draining() ? 'draining' : ready ? 'ready' : 'not ready'
    return c.json({ status, dependencies }, ready ? 200 : 503)
  })
  app.get('/metrics', requireRole(deps, 'operator', 'admin'), async (c) =>
    c.body(await deps.metrics.registry.metrics(), 200, { 'content-type': deps.metrics.registry.contentType }),
  )
  app.get('/openapi.json', (c) => c.json(openApiDocument(deps.version)))
  for (const resource of RESOURCES) app.route('/', resource(deps))
  return app
}

/** A resource's name for labels and logs: the path without ids. */
function resourceOf(path: string): string {
  const known = RESOURCE_NAMES.find(([pattern]) => pattern.test(path))
  return known ? known[1] : 'other'
}

const RESOURCE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/chat\/completions$/, 'chat.completions'],
  [/^\/v1\/models(\/|$)/, 'models'],
  [/^\/analyze$/, 'analyze'],
  [/^\/v1\/requests\//, 'requests'],
  [/^\/v1\/ledger\//, 'ledger'],
  [/^\/v1\/erasures(\/|$)/, 'erasures'],
  [/^\/v1\/holds(\/|$)/, 'holds'],
  [/^\/v1\/keys(\/|$)/, 'keys'],
  [/^\/auth\//, 'auth'],
  [/^\/v1\/policy(\/|$)/, 'policy'],
  [/^\/v1\/consents(\/|$)/, 'consents'],
  [/^\/v1\/reports(\/|$)/, 'reports'],
  [/^\/v1\/benchmarks$/, 'benchmarks'],
  [/^\/v1\/sql\//, 'sql'],
  [/^\/v1\/hints$/, 'hints'],
  [/^\/v1\/budgets$/, 'budgets'],
  [/^\/v1\/costs(\/|$)/, 'costs'],
  [/^\/v1\/subjects\//, 'exports'],
  [/^\/v1\/disclosures$/, 'disclosures'],
  [/^\/v1\/archives(\/|$)/, 'archives'],
  [/^\/(healthz|readyz|metrics|openapi\.json)$/, 'operations'],
]

/** A KMS that is away, or does not let us in, is nobody's fault who calls. */
function kmsError(deps: ApiDeps, error: Error): PalimpsestError | null {
  if (!(error instanceof KmsUnavailable) && !(error instanceof KmsRefused)) return null
  deps.log.error({ error: error.name, code: error.code }, error.message)
  return new PalimpsestError({
    code: 'kms_unavailable',
    status: 503,
    message: 'The key-management service does not answer: try again.',
    retryAfterSeconds: 5,
    cause: error,
  })
}

function internalError(deps: ApiDeps, error: Error): PalimpsestError {
  deps.log.error(
    { error: error.name, code: String((error as { code?: unknown }).code ?? '') },
    'an error without a code',
  )
  return new PalimpsestError({
    code: 'internal_error',
    status: 500,
    message: 'The gateway failed on this request; its log names the kind of error.',
  })
}
