import { setImmediate } from 'node:timers/promises'
import { type Analysis, analyzeText, type TextView } from '../../../domain/redaction/analyze-text.ts'
import { compareColumns } from '../../../domain/redaction/columns-agree.ts'
import { isRedactedByDefault } from '../../../domain/redaction/entity-types.ts'
import { FORMAT_RECOGNISERS } from '../../../domain/redaction/format-recognisers.ts'
import { birthsBesideNames } from '../../../domain/redaction/persons/births-beside.ts'
import { identifiersInContext } from '../../../domain/redaction/persons/identifiers-in-context.ts'
import { withoutLoneNames } from '../../../domain/redaction/persons/lone-names.ts'
import { knownNames, withMentions } from '../../../domain/redaction/persons/name-agreement.ts'
import { numbersOfPersons } from '../../../domain/redaction/persons/numbers-of-persons.ts'
import { withoutUnlikely } from '../../../domain/redaction/persons/unlikely-names.ts'
import type { Candidate, Recogniser } from '../../../domain/redaction/recogniser.ts'
import { refineNames } from '../../../domain/redaction/refine-names.ts'
import { type NamedCandidate, resolveOverlaps } from '../../../domain/redaction/resolve-overlaps.ts'
import type { NameSource, Reading } from '../../../ports/name-source.ts'
import type { AnalyzeOptions, PiiEngine, RecognizerResult } from '../../../ports/pii-engine.ts'

/** Raised whenever the same text may give other results. */
const VERSION = 'builtin/13'
/** Milliseconds of work after which other requests get their turn. */
const SLICE_MS = 5
const NAME_TYPES = ['PERSON', 'LOCATION', 'ORGANIZATION']
const NOTHING: Reading = { names: [], identifiers: [] }

export interface BuiltinEngineOptions {
  /** Default: those whose values have a shape, check digits, or a word before them. */
  recognisers?: readonly Recogniser[]
  /** Finds names of persons, places and organisations; without it none are found. */
  names?: NameSource
}

/** Whether names are looked for where these types are asked for. */
export const wantsNames = (entities: AnalyzeOptions['entities']): boolean =>
  entities === undefined || entities.some((type) => NAME_TYPES.includes(type))

/** The engine that Palimpsest brings along, in this thread: between two steps others get their turn. Keeps nothing between calls. */
export function createBuiltinEngine(options: BuiltinEngineOptions = {}): PiiEngine {
  const recognisers = options.recognisers ?? FORMAT_RECOGNISERS
  const { names } = options
  return {
    version: names === undefined ? VERSION : `${VERSION}+names/${names.version}`,
    async analyze(texts, analyzeOptions = {}) {
      const { entities, signal } = analyzeOptions
      const spans = names !== undefined && wantsNames(entities) ? names.read(texts, signal) : Promise.resolve(null)
      spans.catch(() => undefined)
      const slice = { start: performance.now() }
      const analysed: Analysed[] = []
      for (const text of texts) analysed.push(await analyzeOne(text, recognisers, analyzeOptions, slice))
      const found = await spans
      if (found === null) return analysed.map(({ results }) => results(null, []))
      const views = analysed.flatMap(({ analysis }) => analysis.views)
      const inViews =
        views.length === 0 || names === undefined
          ? []
          : await names.read(
              views.map(({ text }) => text),
              signal,
            )
      return analysed.map(({ analysis, results }, i) => {
        const own = inViews.splice(0, analysis.views.length)
        return results(found[i] ?? NOTHING, own)
      })
    },
  }
}

interface Analysed {
  analysis: Analysis
  /** With the names of the text, and those of each of its views; without any where they are null. */
  results(reading: Reading | null, inViews: readonly Reading[]): RecognizerResult[]
}

/** Names that the model, the lists and the words around them tell, without those that the model's other part denies. */
function namesOf(text: string, { names, persons }: Reading): NamedCandidate[] {
  const found = refineNames(text, names, 'name-model')
  return persons === undefined ? found : withoutUnlikely(text, found, persons)
}

/** Names that a text hides behind another spelling, where they stand in it. */
function hiddenNames(views: readonly TextView[], inViews: readonly Reading[]): NamedCandidate[] {
  return views.flatMap(({ text, placeOf }, i) =>
    namesOf(text, inViews[i] ?? NOTHING).flatMap((name) => {
      const place = placeOf(name.start, name.end)
      return place === null ? [] : { ...name, ...place }
    }),
  )
}

/** Findings that do not overlap, with others. */
function withMore(found: NamedCandidate[], more: readonly NamedCandidate[]): NamedCandidate[] {
  return more.length === 0 ? found : resolveOverlaps([...found, ...more])
}

/** Runs the recognisers over one text and gives what puts names to their findings. */
async function analyzeOne(
  text: string,
  recognisers: readonly Recogniser[],
  options: AnalyzeOptions,
  slice: { start: number },
): Promise<Analysed> {
  const { entities, scoreThreshold = 0, language = 'en', signal } = options
  const named = entities && new Set(entities)
  const isWanted = (type: string): boolean => named?.has(type) ?? isRedactedByDefault(type)
  const isKept = ({ entityType, score }: Candidate): boolean => score >= scoreThreshold && isWanted(entityType)
  const analysis = analyzeText(text, recognisers, language, isKept)
  for (const step of analysis.steps) {
    if (performance.now() - slice.start > SLICE_MS) {
      await setImmediate()
      slice.start = performance.now()
    }
    signal?.throwIfAborted()
    step()
  }
  const results = (reading: Reading | null, inViews: readonly Reading[]): RecognizerResult[] => {
    if (reading === null) return analysis.results()
    const names = [...namesOf(text, reading), ...hiddenNames(analysis.views, inViews)]
    const alone = analysis.results(withoutLoneNames(text, names, analysis.personal()))
    const { more, less } = compareColumns(text, alone)
    const births = isWanted('DATE_OF_BIRTH') ? birthsBesideNames(text, alone) : []
    const agreed = resolveOverlaps([...alone.filter((one) => !less.has(one)), ...more, ...births])
    const numbers = numbersOfPersons(text, agreed).filter(isKept)
    const ruled = withMore(agreed, numbers)
    const identifiers = identifiersInContext(text, reading.identifiers, ruled).filter(isKept)
    const found = withMore(ruled, identifiers)
    const known = isWanted('PERSON') ? knownNames([text], [found]) : null
    return known === null ? found : withMentions(text, found, known, () => false)
  }
  return { analysis, results }
}
