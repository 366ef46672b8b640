import { type Context, Hono } from 'hono'
import { isUuid } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { CaseFacts } from '../../ports/erasure-cases.ts'
import { requireRole } from '../authenticate.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { notFound } from '../requests.ts'
import { decideOnErasure } from './approval.ts'
import { caseView } from './case-view.ts'
import { openCase } from './open-case.ts'
import { MAX_ERASURE_BYTES, parseErasureRequest } from './parse-request.ts'

const MAX_DECISION_BYTES = 1024
const MAX_PAGE = 200

/** Erasures: asked for, followed, decided on and certified, for the privacy role. No answer tells whom one is about. */
export function erasures(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const officer = requireRole(deps, 'privacy')
  const { cases, starter } = deps.erasures

  async function caseOf(c: Context<ApiEnv>): Promise<CaseFacts> {
    const id = c.req.param('id') ?? ''
    const found = isUuid(id) ? await cases.find(c.get('caller').tenantId, id) : undefined
    if (!found) throw notFound('erasure')
    return found
  }

  app.post('/v1/erasures', officer, limitBody(MAX_ERASURE_BYTES), async (c) => {
    const caller = c.get('caller')
    const request = parseErasureRequest(deps, caller.tenantId, await readJson(c))
    const { id, reference } = await openCase(deps, caller, request)
    try {
      await starter.start(id, reference, caller.tenantId)
    } catch (error) {
      deps.log.warn({ caseId: id, cause: error instanceof Error ? error.name : 'unknown' }, 'an erasure did not start')
      throw notStarted(id)
    }
    const location = `/v1/erasures/${id}`
    return c.json({ id, state: 'pending', workflowId: starter.workflowIdOf(id) }, 202, { location })
  })

  app.post('/v1/erasures/references', officer, limitBody(MAX_ERASURE_BYTES), async (c) => {
    const caller = c.get('caller')
    const request = parseErasureRequest(deps, caller.tenantId, await readJson(c))
    const { id, reference, referenceExpiresAt } = await openCase(deps, caller, request)
    return c.json({ id, reference, expires_at: new Date(referenceExpiresAt).toISOString() }, 201, {
      location: `/v1/erasures/${id}`,
      'cache-control': 'no-store',
    })
  })

  app.get('/v1/erasures', officer, async (c) => {
    const { before = null, limit = '50' } = c.req.query()
    if ((before !== null && !isUuid(before)) || !/^\d{1,3}$/.test(limit) || +limit < 1 || +limit > MAX_PAGE) {
      throw invalidPage()
    }
    const list = await cases.list(c.get('caller').tenantId, before, Number(limit))
    // The step of each would ask its workflow.
    const withoutStep = { ...deps, erasures: { cases, starter: { ...starter, step: async () => null } } }
    return c.json({ data: await Promise.all(list.map((facts) => caseView(withoutStep, facts))) })
  })

  app.get('/v1/erasures/:id', officer, async (c) => {
    const facts = await caseOf(c)
    if (!(await hasLostWorkflow(deps, facts))) return c.json(await caseView(deps, facts))
    // It may have ended in between, which the case then says.
    const now = await caseOf(c)
    const lost = { state: 'failed', error_code: 'workflow_gone' } as const
    return c.json({ ...(await caseView(deps, now)), ...(now.state === facts.state && lost) })
  })

  app.post('/v1/erasures/:id/approval', officer, limitBody(MAX_DECISION_BYTES), (c) => decideOnErasure(deps, c))

  app.get('/v1/erasures/:id/certificate', officer, async (c) => {
    const { id, tenantId } = await caseOf(c)
    const certificate = await cases.certificate(tenantId, id)
    if (certificate === undefined) throw noCertificate()
    return c.body(certificate, 200, { 'content-type': 'application/json' })
  })
  return app
}

/** Somebody terminated the workflow of a case that is under way: nobody goes on with it until it is asked for again. */
async function hasLostWorkflow(deps: ApiDeps, { id, state, workflowId }: CaseFacts): Promise<boolean> {
  if (workflowId === null || (state !== 'running' && state !== 'awaiting_approval')) return false
  try {
    return !(await deps.erasures.starter.isRunning(workflowId))
  } catch (error) {
    deps.log.warn({ caseId: id, cause: error instanceof Error ? error.name : 'unknown' }, 'Temporal did not answer')
    return false
  }
}

function notStarted(caseId: string): PalimpsestError {
  return new PalimpsestError({
    code: 'temporal_unavailable',
    status: 503,
    message: `The erasure ${caseId} is on record and could not be started: ask for it again shortly, and it goes on.`,
    retryAfterSeconds: 2,
  })
}

function noCertificate(): PalimpsestError {
  return new PalimpsestError({
    code: 'no_certificate',
    status: 409,
    message: 'There is no certificate: the erasure has not been completed.',
  })
}

function invalidPage(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_parameter',
    status: 400,
    message: `Send "before" as the id of an erasure, and "limit" from 1 to ${MAX_PAGE}.`,
  })
}
