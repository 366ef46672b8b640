import { createHash } from 'node:crypto'
import { jcs } from '../../src/domain/ledger/json.ts'
import { redactChat } from '../../src/domain/redaction/redact-chat.ts'
import { redactionPolicyOf } from '../../src/domain/redaction/redaction-policy.ts'
import { scanWithinMs } from '../../src/domain/redaction/scan-within.ts'
import type { RedactedChat } from '../../src/domain/redaction/types.ts'
import { SUBJECT_ERASED } from '../../src/domain/requests/build-entry.ts'
import { errorOfOutcome } from '../../src/domain/requests/messages.ts'
import { restorePrepared, sealPrompt } from '../../src/domain/requests/sealing.ts'
import { ARGUMENTS_KEPT, type PreparedRequest, type RouteDecision } from '../../src/domain/requests/types.ts'
import { decideRoute } from '../../src/domain/routing/decide-route.ts'
import { statedBasis } from '../../src/domain/routing/lawful-basis.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { PiiEngine } from '../../src/ports/pii-engine.ts'
import type { RequestPolicy } from '../../src/ports/request-policy.ts'
import type { RequestDeps } from './deps.ts'
import { unlessErased } from './erased.ts'
import { adoptPrepared, openRequest } from './open-request.ts'
import { requireConsent } from './require-consent.ts'
import type { PrepareResult, RequestRef } from './types.ts'

/**
 * Decides the route, redacts, and puts the first attempt on record. Done once: a second run reports what the first one
 * left behind. Whatever goes wrong in redaction, nothing leaves; nor of a person who was erased meanwhile.
 */
export function createPrepare(deps: RequestDeps): (input: RequestRef) => Promise<PrepareResult> {
  const prepare = createPlainPrepare(deps)
  return (input) =>
    unlessErased<PrepareResult>(
      () => prepare(input),
      () => ({ kind: 'refused', ...SUBJECT_ERASED }),
    )
}

function createPlainPrepare(deps: RequestDeps): (input: RequestRef) => Promise<PrepareResult> {
  return async ({ requestId }) => {
    const request = await openRequest(deps, requestId)
    if (!request) return finished(deps, requestId)
    if (request.prepared) return ready(request.prepared.prepared)
    // One policy decides all of it, whatever is changed meanwhile.
    const policy = deps.policy.now()
    request.policy = policy
    const route = decide(policy, request)
    if (route.kind === 'refusal') {
      return { kind: 'refused', code: route.code, statusCode: route.status, param: route.param }
    }
    try {
      await requireConsent(deps, request.inbox, useOf(policy, request))
      return await redact({ ...deps, policy }, request, route)
    } catch (error) {
      if (error instanceof PalimpsestError) {
        return { kind: 'refused', code: error.code, statusCode: error.status, param: error.param }
      }
      throw error
    }
  }
}

function useOf(policy: RequestPolicy, { inbox }: RequestInFlight) {
  const tool = policy.tool(inbox.context.tenantId, inbox.context.tool)
  return { purpose: tool.purpose, lawfulBasis: statedBasis(tool) }
}

function decide(policy: RequestPolicy, request: RequestInFlight) {
  const { context } = request.inbox
  return decideRoute({
    model: context.modelAsked,
    toolName: context.tool,
    tool: policy.tool(context.tenantId, context.tool),
    region: context.region,
    ...policy.routing(context.tenantId),
  })
}

async function redact(deps: RequestDeps, request: RequestInFlight, route: RouteDecision): Promise<PrepareResult> {
  const { inbox, dataKey } = request
  const { tenantId, tool: toolName } = inbox.context
  const { redacted, flags } = await redactByPolicy(deps, request)
  const promptText = JSON.stringify(redacted.request)
  const coverage = jcs(redacted.coverage)
  const secret = await deps.keys.tenantSecret(tenantId, 'value-index')
  const content = { text: promptText, coverage, placeholders: redacted.placeholders }
  const sealed = sealPrompt(inbox, dataKey, secret, content, deps.randomBytes)
  const tool = deps.policy.tool(tenantId, toolName)
  const prepared: PreparedRequest = {
    route,
    policyVersion: route.policyVersion,
    engineVersion: redacted.coverage.engine,
    entityCounts: redacted.counts,
    coverageDigest: createHash('sha256').update(coverage, 'utf8').digest('hex'),
    recordSync: tool.record === 'sync',
    interactive: tool.interactive,
    hipaa: tool.hipaa && route.covered,
    purpose: tool.purpose,
    lawfulBasis: statedBasis(tool),
    retentionClass: deps.policy.retentionClass(tenantId, toolName),
    flags: tool.restoreArguments === false ? [...flags, ARGUMENTS_KEPT] : flags,
  }
  const begunAt = deps.now()
  const begun = await deps.store.beginFirstAttempt(inbox.requestId, route.target, prepared, sealed)
  if (begun === 'withdrawn' || begun === 'gone') return finished(deps, inbox.requestId)
  if (begun === 'exists') return begunBefore(deps, request)
  const made = { prepared, redacted: redacted.request, promptText, placeholders: redacted.placeholders, sealed }
  if (adoptPrepared(request, made)) request.freshAttempt = { attemptNo: 1, begunAt }
  return ready(prepared)
}

/**
 * The first attempt is on record: by another run of this step, or by this one, where the answer to its statement was lost.
 * No model is called in this process for a request that is not prepared in its memory, so one of ours is still fresh.
 */
async function begunBefore(deps: RequestDeps, request: RequestInFlight): Promise<PrepareResult> {
  const { inbox, dataKey } = request
  const begunAt = deps.now()
  const [stored, newest] = await Promise.all([
    deps.store.readPrepared(inbox.requestId),
    deps.store.newestAttempt(inbox.requestId),
  ])
  if (!stored || !newest) return finished(deps, inbox.requestId)
  const fresh = newest.attemptNo === 1 && newest.owner === deps.store.owner && newest.state === 'calling'
  const adopted = adoptPrepared(request, restorePrepared(inbox, dataKey, stored))
  if (adopted && fresh && !newest.leaseExpired) request.freshAttempt = { attemptNo: 1, begunAt }
  return ready(stored.prepared)
}

/** Nothing was looked at: what a tenant gets who chose to send all the same. */
const NO_ENGINE: PiiEngine = { version: 'none', analyze: async (texts) => texts.map(() => []) }

/**
 * Redacts as the tenant's policy says. A redaction that fails or takes too long refuses the request, unless the tenant
 * chose to send; then the entry is flagged and its coverage names no engine.
 */
async function redactByPolicy(
  deps: RequestDeps,
  request: RequestInFlight,
): Promise<{ redacted: RedactedChat; flags: string[] }> {
  const { tenantId, tool } = request.inbox.context
  const rules = deps.policy.redaction(tenantId, tool)
  const policy = redactionPolicyOf(rules)
  try {
    const early = takeEarly(deps, request)
    const signal = AbortSignal.timeout(scanWithinMs(request.inbox.sealedBody.length))
    const redacting = early ?? redactChat({ request: request.body, engine: deps.engine, policy, signal })
    return { redacted: await redacting, flags: [] }
  } catch (cause) {
    if (cause instanceof PalimpsestError && cause.code !== 'redaction_failed') throw cause
    const name = cause instanceof Error ? cause.name : 'unknown'
    deps.log.warn({ requestId: request.inbox.requestId, error: name, policy: rules.onFailure }, 'redaction failed')
    if (rules.onFailure === 'refuse') throw errorOfOutcome({ statusCode: 503, errorCode: 'redaction_failed', cause })
    return { redacted: await redactChat({ request: request.body, engine: NO_ENGINE, policy }), flags: ['unredacted'] }
  }
}

/** What was begun when the request came in, where it follows the same policy. */
function takeEarly({ policy }: RequestDeps, request: RequestInFlight): Promise<RedactedChat> | null {
  const { early = null } = request
  request.early = null
  const { policyVersion } = policy.routing(request.inbox.context.tenantId)
  return early?.policyVersion === policyVersion ? early.redacted : null
}

function ready(prepared: PreparedRequest): PrepareResult {
  const { route } = prepared
  return {
    kind: 'ready',
    route: route.target,
    fallbacks: route.fallbacks,
    reason: route.reason,
    policyVersion: prepared.policyVersion,
    engineVersion: prepared.engineVersion,
    entityCounts: prepared.entityCounts,
    coverageDigest: prepared.coverageDigest,
    recordSync: prepared.recordSync,
    interactive: prepared.interactive,
  }
}

/** Nothing in flight under this id: an earlier run recorded it, or it was withdrawn and removed. */
async function finished(deps: RequestDeps, requestId: string): Promise<PrepareResult> {
  deps.inFlight.remove(requestId)
  return (await deps.entries.find(requestId)) ? { kind: 'recorded' } : { kind: 'withdrawn' }
}
