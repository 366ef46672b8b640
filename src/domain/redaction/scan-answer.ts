import type { ChatCompletion, JsonObject } from '../chat/types.ts'
import { normaliseValue } from '../sealing/normalise-value.ts'
import { buildCoverage } from './coverage.ts'
import type { Piece } from './find-pieces.ts'
import { openScan, recognise, type Scan } from './redact-chat.ts'
import { isWordPoint } from './spell-placeholder.ts'
import type {
  AnswerCoverage,
  AnswerGap,
  AnswerPolicy,
  PlaceholderEntry,
  RedactionPolicy,
  TextAnalyzer,
} from './types.ts'
import { walkMessage } from './walk-message.ts'
import { Walker } from './walker.ts'

export interface ScanAnswerInput {
  /** As the model gave it, with placeholders; it is not changed. */
  completion: ChatCompletion
  /** What the client sent and the model did not see. */
  placeholders: readonly PlaceholderEntry[]
  /** The redacted request as JSON: what the client sent and the model saw. */
  promptText: string
  engine: TextAnalyzer
  policy: RedactionPolicy
  /** Aborting it makes the call fail. */
  signal?: AbortSignal
}

/**
 * Looks for personal data in what a model said that the client did not send: content, refusal, tool calls with their
 * arguments, and every other text of each choice. Placeholders are left out, and so is what stands in the request in
 * any case. Gives counts by type and confidence, no values. @throws whatever the engine throws; the signal's reason.
 */
export async function scanAnswer(input: ScanAnswerInput): Promise<AnswerCoverage> {
  const { completion, engine, policy, signal } = input
  const walker = new Walker(['image', 'audio', 'file'])
  completion.choices.forEach((choice, i) => {
    walkMessage(walker, choice.message as unknown as JsonObject, `choices[${i}].message`)
  })
  const scans = walker.slots.map(openScan)
  if (scans.length > 0) await recognise(scans, engine, policy, signal)
  const isSent = sentBefore(input.promptText, input.placeholders)
  const scanned = scans.map((scan) => ({ path: scan.slot.path, mentions: foreignPieces(scan, isSent) }))
  const { paths, notScanned } = buildCoverage(engine.version, scanned, walker.gaps, policy.rules)
  return { policy: 'record', engine: engine.version, paths, notScanned }
}

/** The coverage of an answer that was not looked at, or not to its end. */
export function notLookedAt(policy: AnswerPolicy, reason: AnswerGap['reason']): AnswerCoverage {
  return { policy, engine: null, paths: [], notScanned: [{ path: 'choices', reason }] }
}

/** Tells whether a value of a type stands in the request. */
export type IsSent = (entityType: string, value: string) => boolean

/** What of a scan's pieces the client did not send. */
export function foreignPieces(scan: Scan, isSent: IsSent): Piece[] {
  return scan.pieces.filter(({ entityType, start, end }) => !isSent(entityType, scan.shadow.text.slice(start, end)))
}

/** Tells whether a value stands in the request: as it is in any case, or in another spelling of a redacted value. */
export function sentBefore(promptText: string, placeholders: readonly PlaceholderEntry[]): IsSent {
  const normalised = new Set(placeholders.map(({ entityType, value }) => normaliseValue(entityType, value)))
  let sent: string | null = null
  return (entityType, value) => {
    if (normalised.has(normaliseValue(entityType, value))) return true
    sent ??= [promptText, ...placeholders.map((entry) => entry.value)].join('\n').toLowerCase()
    const plain = value.toLowerCase()
    return standsIn(sent, plain) || standsIn(sent, JSON.stringify(plain).slice(1, -1))
  }
}

/** Whether a value stands in a text as words of its own. */
function standsIn(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0 && value !== ''; at = text.indexOf(value, at + 1)) {
    if (!isInWord(text, at - 1, at) && !isInWord(text, at + value.length - 1, at + value.length)) return true
  }
  return false
}

function isInWord(text: string, left: number, right: number): boolean {
  return isWordUnit(text, left) && isWordUnit(text, right)
}

function isWordUnit(text: string, index: number): boolean {
  return index >= 0 && index < text.length && isWordPoint(text.charCodeAt(index))
}
