import { RE2JS } from 're2js'
import { jcs } from '../ledger/json.ts'
import type { Score } from './types.ts'

/** What can be scored without asking a model. */
export type MechanicalScore = Exclude<Score, { by: 'judge' }>

/** Whether an answer is what was expected. Takes time in proportion to the answer, whatever the pattern. */
export function isCorrect(score: MechanicalScore, answer: string): boolean {
  switch (score.by) {
    case 'exact':
      return plain(answer, score.ignoreCase) === plain(score.expected, score.ignoreCase)
    case 'number': {
      const said = lastNumber(answer)
      return said !== null && Math.abs(said - score.expected) <= score.tolerance
    }
    case 'regex':
      return compilePattern(score).matcher(answer).find()
    case 'json': {
      const said = jsonOf(answer)
      return said !== undefined && sameJson(said, score.expected)
    }
  }
}

/** RE2's syntax: what it takes runs in linear time. @throws RE2JSException where the pattern is not of it. */
export function compilePattern({ pattern, ignoreCase }: { pattern: string; ignoreCase: boolean }): RE2JS {
  return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
}

/** Without space at its ends, composed (NFC). */
function plain(text: string, ignoreCase: boolean): string {
  const composed = text.normalize('NFC').trim()
  return ignoreCase ? composed.toLowerCase() : composed
}

/** The number that stands last in a text, commas between thousands left out; null: there is none. */
export function lastNumber(text: string): number | null {
  const found = text.replaceAll('−', '-').match(/-?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d{1,3})?/g)
  const last = found?.at(-1)
  return last === undefined ? null : Number(last.replaceAll(',', ''))
}

/** The whole answer as JSON, or the one fenced block in it; undefined: neither. */
export function jsonOf(answer: string): unknown {
  const blocks = answer.split('```')
  const fenced = blocks.length === 3 ? (blocks[1] ?? '').replace(/^[a-zA-Z]*\s*\n/, '') : null
  for (const text of [answer, fenced]) {
    if (text === null) continue
    try {
      return JSON.parse(text)
    } catch {
      // The next one may be.
    }
  }
  return undefined
}

function sameJson(a: unknown, b: unknown): boolean {
  try {
    return jcs(a as Parameters<typeof jcs>[0]) === jcs(b as Parameters<typeof jcs>[0])
  } catch {
    return false
  }
}
