import type { Context } from 'hono'
import { z } from 'zod'
import { erasureEntry } from '../../domain/erasure/erasure-entry.ts'
import { isUuid, uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { CaseFacts } from '../../ports/erasure-cases.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { notFound } from '../requests.ts'
import { caseView } from './case-view.ts'
import { requireOfficerPerson, requirePerson } from './four-eyes.ts'

const DECISIONS = { approve: 'approved', reject: 'rejected' } as const
const bodySchema = z.strictObject({ decision: z.enum(['approve', 'reject']) })

/**
 * A second officer's word: noted, then an entry of the ledger, then told to the workflow. The same word again does what is left
 * of this after a failure.
 */
export async function decideOnErasure(deps: ApiDeps, c: Context<ApiEnv>): Promise<Response> {
  const caller = c.get('caller')
  const id = c.req.param('id') ?? ''
  const parsed = bodySchema.safeParse(await readJson(c))
  if (!parsed.success) throw invalidDecision()
  const decision = DECISIONS[parsed.data.decision]
  const { cases, starter } = deps.erasures
  const known = isUuid(id) ? await cases.find(caller.tenantId, id) : undefined
  if (!known) throw notFound('erasure')
  if (known.officer === caller.keyId) throw ownRequest()
  requirePerson(deps, caller)
  if (decision === 'approved') requireOfficerPerson(deps, caller.tenantId, known.officer)
  const entry = uuidv7(deps.now(), deps.randomBytes(10))
  const decided = await cases.decide(caller.tenantId, id, { approver: caller.keyId, decision, entry })
  if (!decided || decided.approver !== caller.keyId || decided.decision !== decision) throw nothingToDecide()
  await record(deps, decided)
  await starter.decided(decided.workflowId ?? starter.workflowIdOf(id))
  return c.json(await caseView(deps, decided))
}

async function record(deps: ApiDeps, { id, tenantId, approver, decision, decidedBy }: CaseFacts): Promise<void> {
  if (decision === null || decidedBy === null || approver === null) throw nothingToDecide()
  if (await deps.entries.entry(tenantId, decidedBy)) return
  const draft = erasureEntry({
    id: decidedBy,
    at: deps.now(),
    tenantId,
    caseId: id,
    officer: approver,
    status: decision,
    detail: {},
  })
  try {
    await deps.ledger.append(draft)
  } catch (error) {
    // The same word, sent twice at once, is one entry.
    if (!(await deps.entries.entry(tenantId, decidedBy))) throw error
  }
}

function invalidDecision(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_decision',
    status: 400,
    message: 'Send {"decision": "approve"} or {"decision": "reject"}.',
    param: 'decision',
  })
}

function ownRequest(): PalimpsestError {
  return new PalimpsestError({
    code: 'own_request',
    status: 403,
    message: 'Whoever asked for an erasure does not decide on it: another key or account of the role privacy has to.',
  })
}

function nothingToDecide(): PalimpsestError {
  return new PalimpsestError({
    code: 'nothing_to_decide',
    status: 409,
    message: 'This erasure waits for no decision: it has been decided on, has ended, or needs none.',
  })
}
