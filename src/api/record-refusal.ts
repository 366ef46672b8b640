import type { KeyIdentity } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { factEntry } from '../domain/ledger/fact-entry.ts'
import { jcs } from '../domain/ledger/json.ts'
import { statedBasis } from '../domain/routing/lawful-basis.ts'
import { PalimpsestError } from '../errors.ts'
import type { ApiDeps } from './deps.ts'

/** A call that is refused before it is accepted: what is known of it by then, none of it a text or a user id. */
export interface RefusedCall {
  caller: KeyIdentity
  tool: string
  feature: string | null
  modelAsked: string
  region: string | null
  /** Milliseconds since the Unix epoch. */
  at: number
  policyVersion: string
  retentionClass: string
  purpose?: string | null
  lawfulBasis?: string | null
  /** JCS; absent: the parameter at fault, if there is one. */
  detail?: string
}

/** What is known of a call by its caller and names: what the tool's policy says is added. */
export function callFacts(
  deps: Pick<ApiDeps, 'policy' | 'now'>,
  caller: KeyIdentity,
  names: Pick<RefusedCall, 'tool' | 'feature' | 'modelAsked' | 'region'>,
): RefusedCall {
  const { tool, feature, modelAsked, region } = names
  const policy = deps.policy.now()
  const rulesOfTool = policy.tool(caller.tenantId, tool)
  const { policyVersion } = policy.routing(caller.tenantId)
  const retentionClass = policy.retentionClass(caller.tenantId, tool)
  const { purpose } = rulesOfTool
  const rules = { purpose, lawfulBasis: statedBasis(rulesOfTool), policyVersion, retentionClass }
  return { caller, at: deps.now(), tool, feature, modelAsked, region, ...rules }
}

/** A refusal that is in the ledger, under the request's id: the answer names it in `x-palimpsest-request-id`. */
export class RecordedRefusal extends PalimpsestError {
  readonly requestId: string

  constructor(refusal: PalimpsestError, requestId: string) {
    const { code, status, message, type, param, retryAfterSeconds } = refusal
    super({ code, status, message, type, param, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) })
    this.requestId = requestId
  }
}

/**
 * Puts the refusal on record, envelope only, and only then tells it. @throws RecordedRefusal
 * @throws PalimpsestError `ledger_unavailable`, 503, where it cannot be recorded
 */
export async function recordRefusal(
  deps: Pick<ApiDeps, 'ledger' | 'now' | 'randomBytes'>,
  call: RefusedCall,
  refusal: PalimpsestError,
): Promise<never> {
  const { caller } = call
  const { code, status, param } = refusal
  const id = uuidv7(call.at, deps.randomBytes(10))
  const entry = factEntry({
    id,
    kind: 'refusal',
    occurred_at: BigInt(call.at) * 1000n,
    tenant_id: caller.tenantId,
    team: caller.team,
    app: caller.app,
    api_key_id: caller.keyId,
    region: call.region,
    purpose: call.purpose ?? null,
    lawful_basis: call.lawfulBasis ?? null,
    model_asked: call.modelAsked,
    policy_version: call.policyVersion,
    tool: call.tool,
    feature: call.feature,
    status: 'refused',
    status_code: status,
    error_code: code,
    latency_ms: Math.max(0, deps.now() - call.at),
    retention_class: call.retentionClass,
    detail: call.detail ?? (param === null ? null : jcs({ param })),
  })
  await deps.ledger.append(entry).catch((cause: unknown) => {
    if (cause instanceof PalimpsestError) throw cause
    throw new PalimpsestError({
      code: 'ledger_unavailable',
      status: 503,
      message: 'The refusal could not be put on record; try again shortly.',
      retryAfterSeconds: 2,
      cause,
    })
  })
  throw new RecordedRefusal(refusal, id)
}
