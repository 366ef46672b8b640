import { encodedText, type Span } from './encoded-text.ts'
import { isRedactedByDefault } from './entity-types.ts'
import { isDummy } from './is-dummy.ts'
import { latinText, unbrokenTexts } from './joined-text.ts'
import { type PlainText, plainText } from './plain-text.ts'
import type { Candidate, Recogniser } from './recogniser.ts'
import { type NamedCandidate, resolveOverlaps } from './resolve-overlaps.ts'
import { spokenTexts } from './spoken-text.ts'

/** One recogniser's work on one text; between two of them others may run. */
export type AnalysisStep = () => void

export interface Analysis {
  steps: AnalysisStep[]
  /** What the text says behind another spelling, where names may stand that the text itself does not show. */
  views: readonly TextView[]
  /** After all steps: all of it that is redacted by default, wanted here or not. */
  personal(): readonly NamedCandidate[]
  /** After all steps, with what others found in the text: disjoint, ordered. */
  results(others?: readonly NamedCandidate[]): NamedCandidate[]
}

/** A text, and where in the text that was asked about a part of it stands; null: nowhere. */
export interface TextView {
  text: string
  placeOf(start: number, end: number): Span | null
}

/** How deep base64 and hex in each other are read. */
const MAX_DEPTH = 2

/**
 * Looks at a text as it is, and where something in it is hidden also at what it hides: escape sequences, look-alike
 * letters, digits that stand apart, numbers in words, values split over lines, base64 and hex. What is not wanted is left out before
 * overlaps are resolved, so that it never takes the place of what is.
 */
export function analyzeText(
  text: string,
  recognisers: readonly Recogniser[],
  language: string,
  isWanted: (candidate: Candidate) => boolean = () => true,
): Analysis {
  const found: NamedCandidate[] = []
  const steps: AnalysisStep[] = []
  const look = (
    layer: Layer,
    some: readonly Recogniser[] = recognisers,
    keep: (candidate: NamedCandidate) => boolean = () => true,
  ): void => {
    for (const recogniser of some) {
      steps.push(() => {
        for (const candidate of recogniser.find(layer.text, language)) {
          if (isDummy(layer.text, candidate)) continue
          const place = layer.placeOf(candidate.start, candidate.end)
          const named = place && { ...candidate, ...place, recognizer: recogniser.name }
          if (named !== null && keep(named)) found.push(named)
        }
      })
    }
  }
  const whole: Layer = { text, placeOf: (start, end) => ({ start, end }) }
  look(whole)
  const plain = plainText(text)
  const shown = plain === null ? whole : through(whole, plain)
  if (plain !== null) look(shown)
  const latin = latinText(shown.text)
  const spelt = latin === null ? null : through(shown, latin)
  if (spelt !== null) look(spelt)
  for (const spoken of spokenTexts(text))
    look(through(whole, spoken), recognisers, ({ start, end }) =>
      spoken.numbers.some((number) => number.start < end && start < number.end),
    )
  const overLines = recognisers.filter((recogniser) => recogniser.overLines === true)
  for (const part of unbrokenTexts(text))
    look(through(whole, part), overLines, (candidate) => isJoined(text, candidate))
  const hidden = hiddenLayers(shown, plain !== null)
  for (const layer of hidden) look(layer)
  const views = [
    ...(plain === null ? [] : [shown]),
    ...(spelt !== null && latin?.hasWords === true ? [spelt] : []),
    ...hidden,
  ]
  return {
    steps,
    views,
    personal: () => found.filter(({ entityType }) => isRedactedByDefault(entityType)),
    results: (others = []) => resolveOverlaps([...found, ...others].filter(isWanted)),
  }
}

/** Of what is split over lines only what check digits, or the shape of an address or of a social security number make sure. */
function isJoined(text: string, { entityType, evidence, start, end }: NamedCandidate): boolean {
  const isSure = evidence === 'checksum' || entityType === 'EMAIL_ADDRESS' || entityType === 'US_SSN'
  return isSure && text.slice(start, end).includes('\n')
}

/** The text itself, or what it hides behind another spelling: a part of what is encoded stands in the whole token. */
type Layer = TextView

/** A view of a layer, as a layer. */
function through({ placeOf }: Layer, view: PlainText): Layer {
  return {
    text: view.text,
    placeOf: (start, end) => placeOf(view.starts[start] ?? 0, view.ends[end - 1] ?? view.ends.at(-1) ?? 0),
  }
}

/**
 * What stands behind escape sequences that are escaped themselves and behind base64 and hex, two deep, in any mixture.
 * `shown` is the text without its escape sequences, which is looked at anyway; without any it hides no further ones.
 */
function hiddenLayers(shown: Layer, hadEscapes: boolean): Layer[] {
  const layers: Layer[] = []
  const add = (layer: Layer): Layer => {
    layers.push(layer)
    return layer
  }
  let outer = hadEscapes ? unescapedOnce(shown, add) : shown
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const tokens = encodedText(outer.text)
    if (tokens === null) break
    const { placeOf } = outer
    const decoded = add({
      text: tokens.text,
      placeOf(start, end) {
        const token = tokens.tokenOf(start, end)
        return token === null ? null : placeOf(token.start, token.end)
      },
    })
    outer = unescapedOnce(unescapedOnce(decoded, add), add)
  }
  return layers
}

/** The layer without its escape sequences, added to the others; itself where it has none. */
function unescapedOnce(layer: Layer, add: (layer: Layer) => Layer): Layer {
  const plain = plainText(layer.text)
  return plain === null ? layer : add(through(layer, plain))
}
