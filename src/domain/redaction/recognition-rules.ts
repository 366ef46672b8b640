import { RE2JS } from 're2js'
import { knownNames, withMentions } from './persons/name-agreement.ts'
import { type NamedCandidate, resolveOverlaps } from './resolve-overlaps.ts'
import type { CustomRecogniser, RecognitionRules, RecognizerResult } from './types.ts'

export type { CustomRecogniser, RecognitionRules }

const DEFAULT_SCORE = 0.6
const CONTEXT_BEFORE = 60
/** Matches of one pattern in one text. */
const MAX_MATCHES = 10_000

/** Whether RE2 takes a pattern, and it does not match the empty text. */
export function isLinearPattern(pattern: string): boolean {
  try {
    return !RE2JS.compile(pattern).matcher('').matches()
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

const compiled = new Map<string, RE2JS>()

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const fresh = RE2JS.compile(pattern)
  if (compiled.size > 1_000) compiled.clear()
  compiled.set(pattern, fresh)
  return fresh
}

/** What a tenant's own recognisers and deny list find in a text. Linear. @throws when RE2 does not take a pattern. */
export function findByRules(text: string, rules: Pick<RecognitionRules, 'deny' | 'recognisers'>): NamedCandidate[] {
  const found: NamedCandidate[] = []
  for (const { value, entityType } of rules.deny) {
    for (let at = text.indexOf(value); at >= 0 && value !== ''; at = text.indexOf(value, at + value.length)) {
      const end = at + value.length
      if (isInWord(text, at, value[0]) || isInWord(text, end - 1, text[end])) continue
      found.push({ entityType, start: at, end, score: 1, evidence: 'deny-list', recognizer: 'deny-list' })
    }
  }
  for (const { name, entityType, pattern, score = DEFAULT_SCORE, context } of rules.recognisers) {
    const matcher = compile(pattern).matcher(text)
    for (let i = 0; i < MAX_MATCHES && matcher.find(); i += 1) {
      const start = matcher.start()
      const end = matcher.end()
      if (end <= start || !hasWord(text, start, context)) continue
      found.push({ entityType, start, end, score, evidence: 'format', recognizer: name })
    }
  }
  return found
}

function hasWord(text: string, start: number, words: readonly string[] | undefined): boolean {
  if (words === undefined || words.length === 0) return true
  const before = text.slice(Math.max(0, start - CONTEXT_BEFORE), start).toLowerCase()
  return words.some((word) => before.includes(word.toLowerCase()))
}

/** Whether the unit at the index and the one given are one word. */
function isInWord(text: string, index: number, next: string | undefined): boolean {
  const isStart = next !== undefined && text[index] === next
  const other = isStart ? text[index - 1] : next
  const own = text[index]
  return other !== undefined && own !== undefined && /[\p{L}\p{N}_]/u.test(other) && /[\p{L}\p{N}_]/u.test(own)
}

/**
 * An engine's findings with a tenant's own rules and with what the texts of one conversation say together: the parts of
 * a full name seen once are names wherever they stand. One list per text, ordered, without overlaps.
 */
export function decideFindings(
  texts: readonly string[],
  results: readonly (readonly RecognizerResult[])[],
  rules: RecognitionRules | undefined,
  isWanted: (result: { entityType: string; score: number }) => boolean,
): RecognizerResult[][] {
  const allow = new Set(rules?.allow ?? [])
  const decided = texts.map((text, i) => {
    const own = results[i] ?? []
    const added = rules === undefined ? [] : findByRules(text, rules).filter(isWanted)
    const all = added.length === 0 ? own : resolveOverlaps([...own.map(asCandidate), ...added])
    return allow.size === 0 ? [...all] : all.filter(({ start, end }) => !allow.has(text.slice(start, end)))
  })
  const known = knownNames(texts, decided)
  if (known === null) return decided
  return decided.map((list, i) => withMentions(texts[i] ?? '', list, known, (value) => allow.has(value)))
}

function asCandidate(result: RecognizerResult): NamedCandidate {
  return { ...result, evidence: result.evidence ?? 'context' }
}
