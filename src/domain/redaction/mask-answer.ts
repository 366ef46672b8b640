import type { ChatCompletion, JsonObject } from '../chat/types.ts'
import { replacePieces } from './build-redacted.ts'
import { buildCoverage } from './coverage.ts'
import type { Piece } from './find-pieces.ts'
import { addRepeats, openScan, recognise, type Scan } from './redact-chat.ts'
import { foreignPieces, type IsSent, sentBefore } from './scan-answer.ts'
import type { AnswerCoverage, PlaceholderEntry, RedactionPolicy, TextAnalyzer } from './types.ts'
import { walkMessage } from './walk-message.ts'
import { type Slot, Walker } from './walker.ts'

export interface MaskInput {
  placeholders: readonly PlaceholderEntry[]
  /** The redacted request as JSON. */
  promptText: string
  engine: TextAnalyzer
  policy: RedactionPolicy
  /** Milliseconds that one scan may take. */
  timeoutMs: number
}

/**
 * What stands in the place of a masked value. Small letters and a colon are in no spelling of a placeholder, so that it
 * is neither restored nor taken for one when it comes back in a later request.
 */
export function maskOf(entityType: string): string {
  return `[masked:${entityType.toLowerCase()}]`
}

/** A text to look at whose masked form goes elsewhere. */
export function readOnly(path: string, kind: Slot['kind'], raw: string): Slot {
  return { path, kind, raw, write: () => undefined }
}

/** Finds and masks in texts of one answer, and keeps the counts. */
export class AnswerScanner {
  readonly #input: MaskInput
  readonly #isSent: IsSent
  readonly #given: ReadonlySet<string>
  readonly #scanned = new Map<string, Piece[]>()

  constructor(input: MaskInput) {
    this.#input = input
    this.#isSent = sentBefore(input.promptText, input.placeholders)
    this.#given = new Set(input.placeholders.map(({ placeholder }) => placeholder.replaceAll(/[[\]]/g, '')))
  }

  /** What the client did not send in each of some texts. @throws what the engine throws, or the time-out's reason. */
  async find(slots: readonly Slot[]): Promise<Scan[]> {
    const { engine, policy, timeoutMs } = this.#input
    const scans = slots.map(openScan)
    // Text that only looks like a placeholder hides nothing here.
    for (const scan of scans) scan.lookalikes = scan.lookalikes.filter(({ spelling }) => this.#given.has(spelling))
    if (scans.length > 0) {
      const signal = AbortSignal.timeout(timeoutMs)
      await within(recognise(scans, engine, policy, signal), signal)
    }
    addRepeats(scans)
    for (const scan of scans) {
      scan.pieces = [...scan.pieces, ...scan.repeats].sort((a, b) => a.start - b.start)
      scan.pieces = foreignPieces(scan, this.#isSent)
    }
    return scans
  }

  /** Whole texts, masked. */
  async mask(slots: readonly Slot[]): Promise<string[]> {
    const scans = await this.find(slots)
    return scans.map((scan) => {
      this.count(scan.slot.path, scan.pieces)
      const { raw, kind } = scan.slot
      const first = scan.pieces[0]
      if (first === undefined) return raw
      if (kind === 'name') return `masked_${first.entityType.toLowerCase()}`
      const masks = scan.pieces.map(({ entityType }) => maskOf(entityType))
      return replacePieces(raw, scan.pieces, masks)
    })
  }

  count(path: string, pieces: readonly Piece[]): void {
    this.#scanned.set(path, [...(this.#scanned.get(path) ?? []), ...pieces])
  }

  coverage(gaps: Walker['gaps'] = []): AnswerCoverage {
    const { engine, policy } = this.#input
    const scanned = [...this.#scanned].map(([path, mentions]) => ({ path, mentions }))
    const { paths, notScanned } = buildCoverage(engine.version, scanned, gaps, policy.rules)
    return { policy: 'mask', engine: engine.version, paths, notScanned }
  }
}

/** A completion in which every value that the client did not send is masked; log probabilities are left out. */
export async function maskAnswer(
  completion: ChatCompletion,
  input: MaskInput,
): Promise<{ completion: ChatCompletion; coverage: AnswerCoverage }> {
  const scanner = new AnswerScanner(input)
  const walker = new Walker([])
  const choices = completion.choices.map(({ logprobs: _, ...choice }, i) => ({
    ...choice,
    message: walkMessage(walker, choice.message as unknown as JsonObject, `choices[${i}].message`),
  }))
  // Ids are the provider's own, and calls are told apart by them.
  const slots = walker.slots.filter(({ path }) => !/\.(?:id|type|role)$/.test(path))
  const masked = await scanner.mask(slots)
  slots.forEach((slot, i) => {
    const text = masked[i]
    if (text !== undefined && text !== slot.raw) slot.write(text)
  })
  return {
    completion: { ...completion, choices: choices as unknown as ChatCompletion['choices'] },
    coverage: scanner.coverage(walker.gaps),
  }
}

/** Also where the engine does not heed the signal. */
export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
