import { PalimpsestError } from '../../errors.ts'
import type { ChatRequest } from '../chat/types.ts'
import { PlaceholderAllocator } from './allocate-placeholders.ts'
import { type Formed, formPieces, replacePieces } from './build-redacted.ts'
import { buildCoverage } from './coverage.ts'
import { findPieces, type Piece, widenKeys } from './find-pieces.ts'
import { findRepeats, indexValues } from './find-repeats.ts'
import type { LexRoot } from './lex-json.ts'
import { decideFindings } from './recognition-rules.ts'
import { type ShadowText, shadowText } from './shadow-text.ts'
import { findLookalikes, type Lookalike } from './spell-placeholder.ts'
import type { PlaceholderEntry, RecognizerResult, RedactedChat, RedactionPolicy, TextAnalyzer } from './types.ts'
import { walkChat } from './walk-chat.ts'
import type { Slot } from './walker.ts'

export interface RedactChatInput {
  /** Validated; it is not changed. */
  request: ChatRequest
  engine: TextAnalyzer
  policy: RedactionPolicy
  /** Aborting it makes the call fail: nothing may be sent then. */
  signal?: AbortSignal
}

/** One string on its way through redaction. */
export interface Scan {
  slot: Slot
  root: LexRoot
  shadow: ShadowText
  lookalikes: Lookalike[]
  pieces: Piece[]
  repeats: Piece[]
}

/**
 * Replaces personal data in every string of a request that can reach a model. Each surface form gets one placeholder,
 * numbered by first appearance over the message list and then the rest, so that an unchanged beginning of a
 * conversation gives the same numbers on every turn. A value recognised in one place is replaced in all places.
 * @throws PalimpsestError `unscannable_content` (422) with the JSON path; `redaction_failed` (503) when the engine's
 * answer cannot be used; whatever the engine throws; the signal's reason. After any of them nothing may be sent.
 */
export async function redactChat(input: RedactChatInput): Promise<RedactedChat> {
  const { engine, policy, signal } = input
  signal?.throwIfAborted()
  const walk = walkChat(input.request, { allowUnscannable: policy.allowUnscannable ?? [] })
  const scans = walk.slots.map(openScan)
  await recognise(scans, engine, policy, signal)
  addRepeats(scans)
  const placeholders = replaceAll(scans)
  const mentions = scans.flatMap((scan) => [...scan.pieces, ...scan.repeats])
  return {
    request: walk.request,
    placeholders,
    counts: countTypes(mentions),
    coverage: buildCoverage(
      engine.version,
      scans.map((scan) => ({ path: scan.slot.path, mentions: [...scan.pieces, ...scan.repeats] })),
      walk.gaps,
      policy.rules,
    ),
  }
}

/** Puts what the engine, the policy's own rules and the texts together say into the scans. */
export async function recognise(
  scans: Scan[],
  engine: TextAnalyzer,
  policy: RedactionPolicy,
  signal: AbortSignal | undefined,
): Promise<void> {
  const texts = scans.map((scan) => scan.shadow.text)
  const results = await engine.analyze(texts, {
    ...(policy.language === undefined ? {} : { language: policy.language }),
    ...(policy.entities === undefined ? {} : { entities: policy.entities }),
    ...(signal === undefined ? {} : { signal }),
  })
  signal?.throwIfAborted()
  checkResults(scans, results)
  const isWanted = wanted(policy)
  const kept = results.map((list) => list.filter(isWanted))
  decideFindings(texts, kept, policy.rules, isWanted).forEach((list, i) => {
    const scan = scans[i]
    if (scan !== undefined) scan.pieces = findPieces(scan.shadow, list, scan.lookalikes)
  })
}

export interface FindInTextInput {
  text: string
  engine: TextAnalyzer
  policy: RedactionPolicy
  signal?: AbortSignal
}

/**
 * What of a text `redactChat` would replace in a message that holds it: UTF-16 units, ordered, without overlaps.
 * @throws what `redactChat` throws
 */
export async function findInText({ text, engine, policy, signal }: FindInTextInput): Promise<RecognizerResult[]> {
  signal?.throwIfAborted()
  if (text === '') return []
  const scan = openScan({ path: '$', kind: 'text', raw: text, write: () => undefined })
  await recognise([scan], engine, policy, signal)
  addRepeats([scan])
  return [...scan.pieces, ...scan.repeats]
    .sort((a, b) => a.start - b.start)
    .map(({ entityType, rawStart, rawEnd, score, recognizer }) => ({
      entityType,
      start: rawStart,
      end: rawEnd,
      score,
      recognizer,
    }))
}

/** A string as it is read, before anything is found in it. */
export function openScan(slot: Slot): Scan {
  const root = slot.kind === 'json' || slot.kind === 'structure' ? 'json' : 'text'
  const shadow = slot.kind === 'name' ? { text: slot.raw, map: null } : shadowText(slot.raw, root)
  return { slot, root, shadow, lookalikes: findLookalikes(shadow.text), pieces: [], repeats: [] }
}

/** The engine's duties, checked before anything depends on them. */
function checkResults(scans: readonly Scan[], results: readonly RecognizerResult[][]): void {
  const isSound =
    results.length === scans.length &&
    results.every((list, i) => {
      const length = scans[i]?.shadow.text.length ?? 0
      return list.every(
        ({ start, end }, k) =>
          Number.isInteger(start) &&
          Number.isInteger(end) &&
          start >= (list[k - 1]?.start ?? 0) &&
          start < end &&
          end <= length,
      )
    })
  if (isSound) return
  throw new PalimpsestError({
    code: 'redaction_failed',
    status: 503,
    message:
      'The engine that looks for personal data gave an answer that cannot be used, so nothing was sent. Try again.',
  })
}

function wanted(policy: RedactionPolicy): (result: { entityType: string; score: number }) => boolean {
  const { entities, scoreThreshold = 0, thresholds } = policy
  return ({ entityType, score }) =>
    score >= (thresholds?.[entityType] ?? scoreThreshold) && (entities === undefined || entities.includes(entityType))
}

/** Mentions elsewhere of what was found in one of the scans. */
export function addRepeats(scans: readonly Scan[]): void {
  const found = scans.flatMap((scan) =>
    scan.pieces.map((piece) => [scan.shadow.text.slice(piece.start, piece.end), piece] as const),
  )
  const index = indexValues(found)
  for (const scan of scans) {
    const repeats = findRepeats(scan.shadow.text, index, scan.pieces, scan.lookalikes)
    scan.repeats = findPieces(scan.shadow, repeats, scan.lookalikes).map((piece) => ({ ...piece, isRepeat: true }))
  }
}

/** Allocates and writes. What was recognised is numbered first: a later mention never renumbers an earlier one. */
function replaceAll(scans: readonly Scan[]): PlaceholderEntry[] {
  const prepared = scans.map((scan) => {
    const all = [...scan.pieces, ...scan.repeats].sort((a, b) => a.start - b.start)
    const pieces = scan.slot.kind === 'structure' ? widenKeys(scan.shadow, all, scan.lookalikes) : all
    return { scan, ...formsOf(scan, pieces) }
  })
  const reserved = new Set(prepared.flatMap(({ scan, pieces }) => spellingsIn(scan, pieces)))
  const allocator = new PlaceholderAllocator(reserved)
  for (const { pieces, forms } of prepared) {
    pieces.forEach((piece, i) => {
      if (!piece.isRepeat) allocator.give(piece.entityType, forms[i] ?? '', piece.isNumeric)
    })
  }
  for (const { scan, pieces, forms } of prepared) {
    if (pieces.length === 0) continue
    const isName = scan.slot.kind === 'name'
    const placeholders = pieces.map((piece, i) => {
      const { placeholder } = allocator.give(piece.entityType, forms[i] ?? '', piece.isNumeric)
      return isName || piece.isKey ? placeholder.slice(1, -1) : placeholder
    })
    if (isName) scan.slot.write(placeholders[0] ?? '')
    else scan.slot.write(replacePieces(scan.slot.raw, pieces, placeholders))
  }
  return allocator.entries
}

/** What could be read as a placeholder in the input, and in what is left of it once the pieces are gone. */
function spellingsIn(scan: Scan, pieces: readonly Piece[]): string[] {
  const spellings = scan.lookalikes.map((lookalike) => lookalike.spelling)
  if (pieces.length === 0) return spellings
  let left = ''
  let from = 0
  for (const piece of pieces) {
    left += `${scan.shadow.text.slice(from, piece.start)}\n`
    from = piece.end
  }
  const rest = findLookalikes(left + scan.shadow.text.slice(from))
  return [...spellings, ...rest.map((lookalike) => lookalike.spelling)]
}

/** A name is one surface form, however much of it is personal. */
function formsOf(scan: Scan, pieces: Piece[]): Formed {
  if (scan.slot.kind === 'name') return { pieces, forms: pieces.map(() => scan.slot.raw) }
  return formPieces(scan.slot.raw, scan.root, scan.shadow, pieces)
}

function countTypes(mentions: readonly Piece[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { entityType } of mentions) counts.set(entityType, (counts.get(entityType) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
