import { Hono } from 'hono'
import { withAnswerBound } from '../../domain/chat/answer-length.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { validateChatRequest } from '../../domain/chat/validate.ts'
import { validateHeaders } from '../../domain/chat/validate-headers.ts'
import { PalimpsestError } from '../../errors.ts'
import { requireRole } from '../authenticate.ts'
import { MAX_BODY_BYTES } from '../chat-completions/chat-completions.ts'
import { refusePersonalDataInNames } from '../chat-completions/check-names.ts'
import { parseBody, readJsonBytes } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { limitBody } from '../limit-body.ts'
import { takeTurn } from '../take-turn.ts'
import { budgetStep } from './dry-run-budget.ts'
import { redactionStep } from './dry-run-redaction.ts'
import { type Call, consentStep, limitsStep, routeStep, type Step, scopeStep, toolStep } from './dry-run-steps.ts'

/**
 * What would happen to a chat completion with this body and these headers, and why, step by step in the order in which the request
 * path takes them. Nothing is sent, stored, recorded or taken from a limit, and no text is in the answer.
 */
export function dryRun(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post('/v1/policy/dry-run', requireRole(deps, 'app', 'admin'), limitBody(MAX_BODY_BYTES), async (c) => {
    const caller = c.get('caller')
    const bytes = await readJsonBytes(c)
    const { leave } = await takeTurn(deps, caller.tenantId, bytes.byteLength, c.req.raw.signal)
    try {
      const headers = validateHeaders((name) => c.req.header(name))
      const policy = deps.policy.now()
      const { maxAnswerTokens } = policy.tool(caller.tenantId, headers.tool)
      const body = withAnswerBound(validateChatRequest(parseBody(bytes)), maxAnswerTokens)
      await refusePersonalDataInNames(deps.engine, headers, body.model)
      const call = { caller, headers, body, policy, length: bytes.byteLength }
      c.header('cache-control', 'no-store')
      return c.json(await look(deps, call, c.req.raw.signal))
    } finally {
      leave()
    }
  })
  return app
}

/** Every step is looked at, also behind one that refuses; the first that does decides. */
async function look(deps: ApiDeps, call: Call & { length: number }, signal: AbortSignal) {
  const { tenantId } = call.caller
  const { tool: name } = call.headers
  const tool = toolStep(call)
  const route = routeStep(call)
  const unknown = route.refused && UNKNOWN.has(route.refused.code) ? [route] : []
  const steps: Step[] = [
    ...unknown,
    scopeStep(call, route.region),
    tool,
    await limitsStep(deps, call),
    await budgetStep(deps, call, route.decision),
    ...(unknown.length > 0 ? [] : [route]),
    await consentStep(deps, call),
    await redactionStep(deps, call, signal),
  ]
  const refused = steps.find((step) => step.refused !== null)?.refused ?? null
  return {
    would: refused === null ? 'pass' : 'be_refused',
    status: refused?.status ?? 200,
    code: refused?.code ?? null,
    message: refused?.message ?? null,
    policy_version: call.policy.routing(tenantId).policyVersion,
    retention_class: call.policy.retentionClass(tenantId, name),
    record: call.policy.tool(tenantId, name).record,
    stream: (call.body as ChatRequest).stream === true,
    steps: steps.map(({ step, refused: by, found }) => ({
      step,
      ok: by === null,
      code: by instanceof PalimpsestError ? by.code : null,
      ...found,
    })),
  }
}

/** Told before anything else. */
const UNKNOWN: ReadonlySet<string> = new Set(['region_unknown', 'model_not_found'])
