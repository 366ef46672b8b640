import { z } from 'zod'
import { isRedactedByDefault } from '../../../domain/redaction/entity-types.ts'
import { resolveOverlaps } from '../../../domain/redaction/resolve-overlaps.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { AnalyzeOptions, PiiEngine, RecognizerResult } from '../../../ports/pii-engine.ts'

export interface PresidioOptions {
  /** Address of a Presidio analyzer, without `/analyze`. */
  url: string
  /** Languages it was set up for; a text in another one is asked about in the first. */
  languages?: readonly string[]
  /** Milliseconds for one text; default 15,000. */
  timeoutMs?: number
}

/** Questions under way at once; a default Presidio works on few. */
const CONCURRENCY = 4

const answerSchema = z.array(
  z.object({
    entity_type: z.string(),
    start: z.int().nonnegative(),
    end: z.int().nonnegative(),
    score: z.number(),
    recognition_metadata: z.object({ recognizer_name: z.string().optional() }).nullish(),
  }),
)

/**
 * A Presidio analyzer as the engine. Its offsets are code points and become UTF-16 units, its overlaps are resolved,
 * empty texts are not sent (it answers 500 to them).
 * @throws PalimpsestError `redaction_failed` (503) when it cannot be reached, answers with an error or with what
 * cannot be used; never with text
 */
export function createPresidioEngine(options: PresidioOptions): PiiEngine {
  const url = new URL('analyze', options.url.endsWith('/') ? options.url : `${options.url}/`)
  return {
    version: 'presidio/1',
    async analyze(texts, analyzeOptions = {}) {
      const results: RecognizerResult[][] = texts.map(() => [])
      const waiting = [...texts.keys()].filter((i) => (texts[i] ?? '').trim() !== '')
      const work = async (): Promise<void> => {
        for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
          analyzeOptions.signal?.throwIfAborted()
          results[i] = await ask(url, texts[i] ?? '', options, analyzeOptions)
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, work))
      return results
    },
  }
}

async function ask(
  url: URL,
  text: string,
  { languages = ['en'], timeoutMs = 15_000 }: PresidioOptions,
  { language = 'en', entities, scoreThreshold, signal }: AnalyzeOptions,
): Promise<RecognizerResult[]> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const body = JSON.stringify({
    text: text.toWellFormed(),
    language: languages.includes(language) ? language : languages[0],
    ...(entities === undefined ? {} : { entities }),
    ...(scoreThreshold === undefined ? {} : { score_threshold: scoreThreshold }),
  })
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw failed('does not answer', cause)
  })
  if (!response.ok) {
    // It has nobody for any of the types that were asked for: that is an answer, and says nothing of the text.
    const isEmpty = entities !== undefined && /no matching recognizers/i.test(await response.text())
    if (isEmpty) return []
    throw failed(`answered ${response.status}`)
  }
  const parsed = answerSchema.safeParse(await response.json().catch(() => null))
  if (!parsed.success) throw failed('gave an answer that is none of an analyzer')
  return toUnits(text, parsed.data, entities)
}

function toUnits(
  text: string,
  answer: z.infer<typeof answerSchema>,
  entities: readonly string[] | undefined,
): RecognizerResult[] {
  const units = unitOffsets(text)
  const found = answer
    .filter(({ entity_type: type }) => entities?.includes(type) ?? isRedactedByDefault(type))
    .map(({ entity_type, start, end, score, recognition_metadata: metadata }) => ({
      entityType: entity_type,
      start: units(start),
      end: units(end),
      score: Math.min(1, Math.max(0, score)),
      recognizer: `presidio:${metadata?.recognizer_name ?? 'unknown'}`,
      evidence: score >= 1 ? ('checksum' as const) : ('context' as const),
    }))
    .filter(({ start, end }) => end > start)
  return resolveOverlaps(found)
}

/** Where a code point starts in UTF-16 units. */
function unitOffsets(text: string): (point: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (point) => Math.min(point, text.length)
  const offsets = new Uint32Array(text.length + 1)
  let points = 0
  let at = 0
  for (const point of text) {
    offsets[points] = at
    points += 1
    at += point.length
  }
  offsets[points] = at
  return (point) => offsets[Math.min(point, points)] ?? at
}

function failed(what: string, cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'redaction_failed',
    status: 503,
    message: `The Presidio analyzer ${what}, so nothing was sent: see to it, or unset PRESIDIO_URL.`,
    cause,
  })
}
