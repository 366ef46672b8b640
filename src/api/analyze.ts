import { Hono } from 'hono'
import { z } from 'zod'
import { outsideScope, scopeError } from '../domain/access/scope.ts'
import { validateHeaders } from '../domain/chat/validate-headers.ts'
import { type CustomRecogniser, isLinearPattern } from '../domain/redaction/recognition-rules.ts'
import { findInText } from '../domain/redaction/redact-chat.ts'
import { redactionPolicyOf } from '../domain/redaction/redaction-policy.ts'
import { scanWithinMs } from '../domain/redaction/scan-within.ts'
import type { RecognizerResult, RedactionPolicy } from '../domain/redaction/types.ts'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { limitBody } from './limit-body.ts'
import { limitHeaders } from './limit-headers.ts'
import { takeFromLimits } from './limits.ts'
import { takeTurn } from './take-turn.ts'

/** Bytes of a request. */
const MAX_BYTES = 10 * 1024 * 1024
const RECOGNISERS = 50

const pattern = z.object({
  name: z.string().max(200).optional(),
  regex: z.string().min(1).max(2_000),
  score: z.number().min(0).max(1).optional(),
})

/** Presidio's AnalyzerRequest; fields that change nothing here are taken and left. */
const analyzeRequest = z.object({
  text: z.union([z.string(), z.array(z.string()).max(1_000)]),
  language: z.string().max(16).nullish(),
  entities: z.array(z.string().max(64)).nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  ad_hoc_recognizers: z
    .array(
      z.object({
        name: z.string().min(1).max(200),
        supported_entity: z.string().min(1).max(64),
        patterns: z.array(pattern).max(RECOGNISERS).nullish(),
        deny_list: z.array(z.string().min(1).max(1_000)).max(10_000).nullish(),
        context: z.array(z.string().max(200)).max(100).nullish(),
      }),
    )
    .max(RECOGNISERS)
    .nullish(),
  allow_list: z.array(z.string().max(1_000)).max(10_000).nullish(),
})
type AnalyzeRequest = z.infer<typeof analyzeRequest>

/**
 * `POST /analyze` in Presidio's shapes, served by the engine in force. Offsets are code points. Without `entities` it
 * answers what the caller's policy would redact; types that are named are found whatever the policy says. A list of
 * texts is answered with a list of answers. `X-Tool-Name` asks for that tool's types and thresholds, as in a chat.
 */
export function analyze(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.post('/analyze', requireRole(deps, 'app'), limitHeaders, limitBody(MAX_BYTES), async (c) => {
    const { tool } = validateHeaders((name) => c.req.header(name))
    const body = await c.req.text()
    const { tenantId, scope } = c.get('caller')
    const outside = scope && outsideScope(scope, { tool, model: null, region: null })
    if (outside) throw scopeError(outside)
    await takeFromLimits(deps, c, c.get('caller'), null)
    const { leave } = await takeTurn(deps, tenantId, body.length, c.req.raw.signal)
    try {
      const request = readRequest(body)
      const policy = policyOf(request, deps.policy.redaction(tenantId, tool))
      const texts = typeof request.text === 'string' ? [request.text] : request.text
      const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(scanWithinMs(body.length))])
      const answers = []
      for (const text of texts) answers.push(await answer(deps, text, policy, signal))
      return c.json(typeof request.text === 'string' ? answers[0] : answers)
    } finally {
      leave()
    }
  })
  return app
}

async function answer(deps: ApiDeps, text: string, policy: RedactionPolicy, signal: AbortSignal) {
  const found = await findInText({ text, engine: deps.engine, policy, signal })
  const points = codePoints(text, found)
  return found.map(({ entityType, score, recognizer }, i) => ({
    analysis_explanation: null,
    end: points[i]?.end ?? 0,
    entity_type: entityType,
    recognition_metadata: { recognizer_identifier: recognizer, recognizer_name: recognizer },
    score,
    start: points[i]?.start ?? 0,
  }))
}

function readRequest(body: string): AnalyzeRequest {
  const parsed = analyzeRequest.safeParse(parse(body))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = typeof issue?.path[0] === 'string' ? issue.path[0] : null
    throw bad(`Send JSON with "text", and "entities", "score_threshold" and the like as Presidio takes them.`, field)
  }
  for (const { patterns } of parsed.data.ad_hoc_recognizers ?? []) {
    if ((patterns ?? []).every(({ regex }) => isLinearPattern(insensitive(regex)))) continue
    throw bad(
      'A pattern must be a regular expression that RE2 takes: no look-around, no back references.',
      'ad_hoc_recognizers',
    )
  }
  return parsed.data
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) throw bad('The body must be JSON.', null)
    throw error
  }
}

function policyOf(request: AnalyzeRequest, rules: Parameters<typeof redactionPolicyOf>[0]): RedactionPolicy {
  const policy = redactionPolicyOf(rules)
  const adHoc = request.ad_hoc_recognizers ?? []
  const named = request.entities && request.entities.length > 0 ? request.entities : undefined
  const entities = named ?? (policy.entities && [...policy.entities, ...adHoc.map((one) => one.supported_entity)])
  const recognisers: CustomRecogniser[] = adHoc.flatMap(({ name, supported_entity: entityType, patterns, context }) =>
    (patterns ?? []).map(({ regex, score }) => ({
      name,
      entityType,
      pattern: insensitive(regex),
      ...(score === undefined ? {} : { score }),
      ...(context ? { context } : {}),
    })),
  )
  const denied = adHoc.flatMap(({ supported_entity: entityType, deny_list: values }) =>
    (values ?? []).map((value) => ({ value, entityType })),
  )
  return {
    ...policy,
    ...(entities ? { entities } : {}),
    ...(request.language ? { language: request.language.slice(0, 2).toLowerCase() } : {}),
    ...(typeof request.score_threshold === 'number' ? { scoreThreshold: request.score_threshold, thresholds: {} } : {}),
    rules: {
      allow: [...(policy.rules?.allow ?? []), ...(request.allow_list ?? [])],
      deny: [...(policy.rules?.deny ?? []), ...denied],
      recognisers: [...(policy.rules?.recognisers ?? []), ...recognisers],
    },
  }
}

/** Presidio compiles patterns with DOTALL, MULTILINE and IGNORECASE. */
function insensitive(regex: string): string {
  return `(?ims)${regex}`
}

/** UTF-16 units → code points; one pass over the text. */
function codePoints(text: string, found: readonly RecognizerResult[]): { start: number; end: number }[] {
  let unit = 0
  let point = 0
  const to = (target: number): number => {
    while (unit < target) {
      const code = text.codePointAt(unit) ?? 0
      unit += code > 0xffff ? 2 : 1
      point += 1
    }
    return point
  }
  return found.map(({ start, end }) => ({ start: to(start), end: to(end) }))
}

function bad(message: string, param: string | null): PalimpsestError {
  return new PalimpsestError({ code: 'invalid_request', status: 400, message, param })
}
