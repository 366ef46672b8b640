import { setImmediate } from 'node:timers/promises'
import { analyzeText } from '../../../domain/redaction/analyze-text.ts'
import { isRedactedByDefault } from '../../../domain/redaction/entity-types.ts'
import { FORMAT_RECOGNISERS } from '../../../domain/redaction/format-recognisers.ts'
import type { Recogniser } from '../../../domain/redaction/recogniser.ts'
import type { AnalyzeOptions, PiiEngine, RecognizerResult } from '../../../ports/pii-engine.ts'

/** Raised whenever the same text may give other results. */
const VERSION = 'builtin/2'
/** Milliseconds of work after which other requests get their turn. */
const SLICE_MS = 5

export interface BuiltinEngineOptions {
  /** Default: the recognisers whose values can be checked. */
  recognisers?: readonly Recogniser[]
}

/** The engine that Palimpsest brings along. Runs in this process and keeps nothing between calls. */
export function createBuiltinEngine(options: BuiltinEngineOptions = {}): PiiEngine {
  const recognisers = options.recognisers ?? FORMAT_RECOGNISERS
  return {
    version: VERSION,
    async analyze(texts, analyzeOptions = {}) {
      const slice = { start: performance.now() }
      const results: RecognizerResult[][] = []
      for (const text of texts) results.push(await analyzeOne(text, recognisers, analyzeOptions, slice))
      return results
    },
  }
}

async function analyzeOne(
  text: string,
  recognisers: readonly Recogniser[],
  options: AnalyzeOptions,
  slice: { start: number },
): Promise<RecognizerResult[]> {
  const { entities, scoreThreshold = 0, language = 'en', signal } = options
  const isWanted = (type: string): boolean => entities?.includes(type) ?? isRedactedByDefault(type)
  const analysis = analyzeText(
    text,
    recognisers,
    language,
    ({ entityType, score }) => score >= scoreThreshold && isWanted(entityType),
  )
  for (const step of analysis.steps) {
    if (performance.now() - slice.start > SLICE_MS) {
      await setImmediate()
      slice.start = performance.now()
    }
    signal?.throwIfAborted()
    step()
  }
  return analysis.results()
}
