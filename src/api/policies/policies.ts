import { type Context, Hono } from 'hono'
import type { OtherKey } from '../../config/check-policy.ts'
import type { PolicyFile } from '../../config/schema.ts'
import type { TenantConfig } from '../../config/types.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { changesBetween } from '../../domain/policy/changes.ts'
import type { ListedValues } from '../../domain/policy/listed-values.ts'
import { policyEntry } from '../../domain/policy/policy-entry.ts'
import { PalimpsestError } from '../../errors.ts'
import type { CurrentPolicy } from '../../ports/tenant-policies.ts'
import { requireRole } from '../authenticate.ts'
import { refusePersonalDataIn } from '../chat-completions/check-names.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { integer } from '../ledger.ts'
import { limitBody } from '../limit-body.ts'
import { idParameter } from '../query.ts'
import { notFound } from '../requests.ts'
import { policyJson, versionHeadJson, versionJson } from './policy-json.ts'
import { sealValues } from './seal-values.ts'

const MAX_BODY_BYTES = 1024 * 1024
const MAX_PAGE = 1000
/** Keys of a tenant that are looked at for the names of apps and for officers. */
const MAX_KEYS = 1000

/**
 * The policy of the caller's tenant. Setting one and giving it up for the file's are entries of the ledger with what changed, and the
 * effect comes with the entry, in one transaction; each names the version that it takes the place of.
 */
export function policies(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const readers = requireRole(deps, 'admin', 'auditor', 'privacy', 'operator')
  const admin = requireRole(deps, 'admin')

  app.get('/v1/policy', readers, async (c) => shown(deps, c))

  app.put('/v1/policy', admin, limitBody(MAX_BODY_BYTES), async (c) => {
    const { tenantId } = c.get('caller')
    const current = await currentOf(deps, tenantId)
    requireMatch(c, current)
    // Labels are the current policy's.
    await deps.policyDesk.refresh()
    const checked = deps.policyDesk.check(tenantId, await readJson(c), await keysOf(deps, tenantId))
    await refusePersonalDataIn(deps.engine, namesIn(checked.document))
    await change(deps, c, current, checked)
    return shown(deps, c)
  })

  app.post('/v1/policy/diff', admin, limitBody(MAX_BODY_BYTES), async (c) => {
    const { tenantId } = c.get('caller')
    const { version, policy } = await nowOf(deps, tenantId)
    const changes = changesBetween(policy, deps.policyDesk.labelled(tenantId, await readJson(c)))
    return c.json({ version, changes })
  })

  app.delete('/v1/policy', admin, async (c) => {
    const current = await currentOf(deps, c.get('caller').tenantId)
    requireMatch(c, current)
    const tenant = deps.policyDesk.ofFile(c.get('caller').tenantId)
    if (!tenant) throw new Error('the caller has a tenant that the file has not')
    if (current.document !== null) {
      await change(deps, c, current, { tenant, document: null, ...deps.policyDesk.recorded(tenant) })
    }
    return shown(deps, c)
  })

  app.get('/v1/policy/versions', readers, async (c) => {
    const before = idParameter(c, 'before')
    const page = { before, limit: integer(c, 'limit', 100, 1, MAX_PAGE) }
    const found = await deps.policies.list(c.get('caller').tenantId, page)
    return c.json({ versions: found.map(versionHeadJson), next_before: found.at(-1)?.id ?? before })
  })

  app.get('/v1/policy/versions/:version', readers, async (c) => {
    const { tenantId } = c.get('caller')
    const found = await deps.policies.find(tenantId, c.req.param('version'))
    if (!found) throw notFound('policy version')
    return c.json(versionJson(found))
  })
  return app
}

/** @throws PalimpsestError `policy_not_recorded`, 503 */
async function currentOf(deps: ApiDeps, tenantId: string): Promise<CurrentPolicy> {
  const current = await deps.policies.current(tenantId)
  if (!current) throw notOnRecord()
  return current
}

/** The ledger is not opened yet, and with it nothing is in force. */
function notOnRecord(): PalimpsestError {
  return new PalimpsestError({
    code: 'policy_not_recorded',
    status: 503,
    message: 'The policy in force is not on record yet, because the ledger is about to be opened: try again.',
    retryAfterSeconds: 1,
  })
}

/** The policy in force, by its version as the answer's ETag. */
async function shown(deps: ApiDeps, c: Context<ApiEnv>): Promise<Response> {
  const policy = await nowOf(deps, c.get('caller').tenantId)
  c.header('etag', `"${policy.version}"`)
  c.header('cache-control', 'no-store')
  return c.json(policy)
}

async function nowOf(deps: ApiDeps, tenantId: string): Promise<ReturnType<typeof policyJson>> {
  const current = await currentOf(deps, tenantId)
  const { policy, digest } = deps.policyDesk.shownFile(tenantId)
  return policyJson(current, policy, current.fileDigest !== null && current.fileDigest !== digest)
}

interface Change {
  tenant: TenantConfig
  /** With labels; null: the file's. */
  document: PolicyFile | null
  effective: unknown
  values: ListedValues
}

/** Puts another policy in the place of the current one. @throws PalimpsestError `policy_changed`, 412 */
async function change(
  deps: ApiDeps,
  c: Context<ApiEnv>,
  before: CurrentPolicy,
  { tenant, document, effective, values }: Change,
): Promise<void> {
  const officer = c.get('caller')
  const at = deps.now()
  const row = { id: uuidv7(at, deps.randomBytes(10)), tenantId: tenant.id }
  const listed = await sealValues(deps.keys, row, values, deps.randomBytes)
  const policy = { ...row, at, version: tenant.policyVersion, effective, listed, before }
  const set = { officer, document, fileDigest: deps.policyDesk.shownFile(tenant.id).digest }
  await deps.ledger.append(policyEntry(policy, set)).catch(async (error: unknown) => {
    if ((await currentOf(deps, tenant.id)).id !== before.id) throw changedMeanwhile()
    throw error
  })
  await deps.policyDesk.refresh()
}

function requireMatch(c: Context<ApiEnv>, current: CurrentPolicy): void {
  const sent = c.req.header('if-match')
  if (sent === undefined) {
    throw new PalimpsestError({
      code: 'precondition_required',
      status: 428,
      message: 'Send the version that you change as If-Match: it is the ETag of GET /v1/policy.',
      param: 'If-Match',
    })
  }
  if (sent !== `"${current.version}"` && sent !== current.version) throw changedMeanwhile()
}

function changedMeanwhile(): PalimpsestError {
  return new PalimpsestError({
    code: 'policy_changed',
    status: 412,
    message: 'The policy is no longer the one that If-Match names: read it again, and change that.',
    param: 'If-Match',
  })
}

/** Keys that were made by the API: a policy may name their apps, and their officers count. */
async function keysOf(deps: ApiDeps, tenantId: string): Promise<OtherKey[]> {
  return deps.apiKeys.list(tenantId, { inForce: true, before: null, limit: MAX_KEYS })
}

/** Names that stand in clear in entries. */
function namesIn({
  tools = {},
  apps = {},
  budgets = [],
  redaction = {},
}: PolicyFile): (readonly [string, string | null])[] {
  return [
    ...Object.entries(tools).flatMap(([name, { purpose }]) => [
      ['tools', name] as const,
      ['tools.*.purpose', purpose ?? null] as const,
    ]),
    ...Object.keys(apps).map((name) => ['apps', name] as const),
    ...(redaction.recognisers ?? []).map(({ name }) => ['redaction.recognisers', name] as const),
    ...budgets.flatMap(({ team, app, tool, feature }) =>
      [team, app, tool, feature].map((name) => ['budgets', name ?? null] as const),
    ),
  ]
}
