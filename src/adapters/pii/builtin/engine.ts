import { setImmediate } from 'node:timers/promises'
import { analyzeText } from '../../../domain/redaction/analyze-text.ts'
import { compareColumns } from '../../../domain/redaction/columns-agree.ts'
import { isRedactedByDefault } from '../../../domain/redaction/entity-types.ts'
import { FORMAT_RECOGNISERS } from '../../../domain/redaction/format-recognisers.ts'
import { knownNames, withMentions } from '../../../domain/redaction/persons/name-agreement.ts'
import type { Recogniser } from '../../../domain/redaction/recogniser.ts'
import { refineNames } from '../../../domain/redaction/refine-names.ts'
import { resolveOverlaps } from '../../../domain/redaction/resolve-overlaps.ts'
import type { NameSource, NameSpan } from '../../../ports/name-source.ts'
import type { AnalyzeOptions, PiiEngine, RecognizerResult } from '../../../ports/pii-engine.ts'

/** Raised whenever the same text may give other results. */
const VERSION = 'builtin/8'
/** Milliseconds of work after which other requests get their turn. */
const SLICE_MS = 5
const NAME_TYPES = ['PERSON', 'LOCATION', 'ORGANIZATION']

export interface BuiltinEngineOptions {
  /** Default: those whose values have a shape, check digits, or a word before them. */
  recognisers?: readonly Recogniser[]
  /** Finds names of persons, places and organisations; without it none are found. */
  names?: NameSource
}

/** The engine that Palimpsest brings along, in this thread: between two steps others get their turn. Keeps nothing between calls. */
export function createBuiltinEngine(options: BuiltinEngineOptions = {}): PiiEngine {
  const recognisers = options.recognisers ?? FORMAT_RECOGNISERS
  const { names } = options
  return {
    version: names === undefined ? VERSION : `${VERSION}+names/${names.version}`,
    async analyze(texts, analyzeOptions = {}) {
      const { entities, signal } = analyzeOptions
      const wantsNames = entities === undefined || entities.some((type) => NAME_TYPES.includes(type))
      const spans = names !== undefined && wantsNames ? names.find(texts, signal) : Promise.resolve(null)
      spans.catch(() => undefined)
      const slice = { start: performance.now() }
      const finish: ((found: readonly NameSpan[] | null) => RecognizerResult[])[] = []
      for (const text of texts) finish.push(await analyzeOne(text, recognisers, analyzeOptions, slice))
      const found = await spans
      return finish.map((results, i) => results(found === null ? null : (found[i] ?? [])))
    },
  }
}

/** Runs the recognisers over one text; gives what puts names to their findings. */
async function analyzeOne(
  text: string,
  recognisers: readonly Recogniser[],
  options: AnalyzeOptions,
  slice: { start: number },
): Promise<(names: readonly NameSpan[] | null) => RecognizerResult[]> {
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
  return (names) => {
    if (names === null) return analysis.results()
    const persons = refineNames(text, names, 'name-model')
    const alone = analysis.results(persons)
    const { more, less } = compareColumns(text, alone)
    const found = resolveOverlaps([...alone.filter((one) => !less.has(one)), ...more])
    const known = isWanted('PERSON') ? knownNames([text], [found]) : null
    return known === null ? found : withMentions(text, found, known, () => false)
  }
}
