import { isListedName } from '../list-names.ts'
import type { PersonWord } from '../names/decode-identifiers.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'
import { firstBehind } from '../spans-cover.ts'

/**
 * What the part of the model that learnt whose values are has to say at least of one word of a name, by what says that it is
 * one. It learnt from prompts what people write about; the part that finds names learnt what names look like. A name behind a title
 * or in a field for one needs neither; one behind what somebody is, as `chef` or `boss`, does.
 */
const LEAST: Readonly<Record<string, number>> = { 'name-model': 0.1, 'name-list': 0.01, 'name-cue': 0.01 }
/** Scores of titles and fields for names. */
const SURE_CUE = 0.6
/** The same of what the net found without a capital: of a word that is on no list of names, and of one that is. */
const SMALL = 0.6
const SMALL_LISTED = 0.2

/** The candidates without those names of persons that the model has reasons to deny. Linear. @param persons in order */
export function withoutUnlikely(
  text: string,
  candidates: readonly NamedCandidate[],
  persons: readonly PersonWord[],
): NamedCandidate[] {
  return candidates.filter(({ entityType, recognizer, score, start, end }) => {
    const usual = LEAST[recognizer]
    if (entityType !== 'PERSON' || usual === undefined) return true
    if (recognizer === 'name-cue' && score >= SURE_CUE) return true
    const name = text.slice(start, end)
    const isSmall = recognizer === 'name-model' && !/\p{Lu}/u.test(name)
    return isLikely(persons, start, end, isSmall ? leastOfSmall(name) : usual)
  })
}

function leastOfSmall(name: string): number {
  return name.split(' ').some(isListedName) ? SMALL_LISTED : SMALL
}

function isLikely(persons: readonly PersonWord[], start: number, end: number, least: number): boolean {
  for (let at = firstBehind(persons, start); (persons[at]?.start ?? end) < end; at += 1)
    if ((persons[at]?.share ?? 0) >= least) return true
  return false
}
