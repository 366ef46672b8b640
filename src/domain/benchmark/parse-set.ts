import { compilePattern } from './score.ts'
import type { BenchmarkItem, ItemMessage, Score } from './types.ts'

export const MAX_ITEMS = 5_000
const MAX_ID = 128
const ROLES = ['system', 'user', 'assistant']
const FIELDS = ['id', 'question', 'messages', 'score', 'expected', 'tolerance', 'ignore_case', 'max_tokens']

/** What is wrong with a line of a set; lines are counted from 1. */
export interface LineFault {
  line: number
  what: string
}

export type ParsedSet = { items: BenchmarkItem[]; faults: [] } | { items: null; faults: LineFault[] }

/**
 * A benchmark set: JSON Lines, an item each, empty lines between them allowed. All of it is taken, or none: every line that is not
 * an item is named, so that a run never leaves questions out.
 */
export function parseSet(text: string): ParsedSet {
  const items: BenchmarkItem[] = []
  const faults: LineFault[] = []
  const lineOf = new Map<string, number>()
  for (const [index, source] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (source.trim() === '') continue
    const line = index + 1
    try {
      const item = itemOf(source)
      const first = lineOf.get(item.id)
      if (first !== undefined) throw new Fault(`the id stands in line ${first} already`)
      lineOf.set(item.id, line)
      items.push(item)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push({ line, what: error.message })
    }
  }
  if (faults.length > 0) return { items: null, faults }
  if (items.length === 0) return { items: null, faults: [{ line: 1, what: 'there is no item' }] }
  if (items.length > MAX_ITEMS) return { items: null, faults: [{ line: 1, what: `more than ${MAX_ITEMS} items` }] }
  return { items, faults: [] }
}

class Fault extends Error {}

function itemOf(source: string): BenchmarkItem {
  const given = objectOf(source)
  const unknown = Object.keys(given).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined) throw new Fault(`a field that is not one of ${FIELDS.join(', ')}`)
  const { id, max_tokens: maxTokens = null } = given
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID || !id.isWellFormed()) {
    throw new Fault(`"id" is a text of 1 to ${MAX_ID} characters`)
  }
  if (maxTokens !== null && !isWhole(maxTokens)) throw new Fault('"max_tokens" is a whole number above 0')
  return { id, messages: messagesOf(given), score: scoreOf(given), maxTokens }
}

function objectOf(source: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new Fault('this is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fault('this is not a JSON object')
  return value as Record<string, unknown>
}

function messagesOf({ question, messages }: Record<string, unknown>): ItemMessage[] {
  if ((question === undefined) === (messages === undefined)) throw new Fault('send one of "question" and "messages"')
  if (question !== undefined) {
    if (!isText(question)) throw new Fault('"question" is a text')
    return [{ role: 'user', content: question }]
  }
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new Fault('"messages" is a list of {"role": "system", "user" or "assistant", "content": a text}')
  }
  return messages.map(({ role, content }) => ({ role, content }))
}

function isMessage(value: unknown): value is ItemMessage {
  const { role, content, ...rest } = (value ?? {}) as Record<string, unknown>
  return ROLES.includes(role as string) && isText(content) && Object.keys(rest).length === 0
}

function scoreOf(given: Record<string, unknown>): Score {
  const { score: by = 'exact', expected, tolerance = 0, ignore_case: ignoreCase = false } = given
  if (typeof ignoreCase !== 'boolean') throw new Fault('"ignore_case" is true or false')
  if (given.tolerance !== undefined && by !== 'number') throw new Fault('"tolerance" goes with the score number')
  if (expected === undefined) throw new Fault('"expected" is missing')
  switch (by) {
    case 'number':
      if (!isNumber(expected) || !isNumber(tolerance) || tolerance < 0) {
        throw new Fault('"expected" is a number, and "tolerance" one from 0 on')
      }
      return { by, expected, tolerance }
    case 'json':
      return { by, expected }
    case 'exact':
    case 'judge':
      if (!isText(expected)) throw new Fault('"expected" is a text')
      return by === 'judge' ? { by, expected } : { by, expected, ignoreCase }
    case 'regex':
      if (!isText(expected)) throw new Fault('"expected" is the regular expression')
      return { by, pattern: readPattern(expected, ignoreCase), ignoreCase }
    default:
      throw new Fault('"score" is exact, number, regex, json or judge')
  }
}

function readPattern(pattern: string, ignoreCase: boolean): string {
  try {
    compilePattern({ pattern, ignoreCase })
  } catch {
    throw new Fault("the regular expression is not one of RE2's syntax (no look-around, no back references)")
  }
  return pattern
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.isWellFormed()
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
