import { type AnswerScanner, maskOf, readOnly } from './mask-answer.ts'

/** UTF-16 units that the release of a text is behind at most. */
export const MAX_BEHIND = 400
/** Units of them behind the place where a text without an end of a sentence is cut: a value that stands across it is seen. */
const LOOK_AHEAD = 160
/** Units before, that a scan sees again. */
const CONTEXT = 600
const SENTENCE_END = /(?:[.!?…][)\]"'»”’*_]{0,3}\s|[。！？])$/
/** A placeholder, or a source in brackets, starts a text and no JSON. */
const JSON_START = /^\s*(?:\{|\[\s*[[{"])/
/** A full stop behind a short word, an initial or a number ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|\p{Lu}\p{Ll}{1,3}|[0-9]{1,3}|\p{L}\.\p{L})\.\s$/u

/**
 * One text that arrives in pieces and is released by sentence, masked. Where it is cut depends on the text alone, so
 * that the outcome is the same for every way of cutting the stream. A text that starts as JSON is released as a whole:
 * a part of it is of no use, and only as a whole it stays JSON.
 */
export class MaskChannel {
  readonly #scanner: AnswerScanner
  readonly #path: string
  #text = ''
  #before = ''
  /** Whether the last unit that was released was part of a masked value. */
  #isOpen = false
  #isWhole = false

  constructor(scanner: AnswerScanner, path: string) {
    this.#scanner = scanner
    this.#path = path
  }

  /** Reads on and gives what may go out. @throws what the scan throws: then nothing more may be released. */
  async push(text: string): Promise<string> {
    let out = ''
    for (let i = 0; i < text.length; i += 1) {
      this.#text += text[i] ?? ''
      if (this.#isWhole) continue
      if (this.#before === '' && JSON_START.test(this.#text)) this.#isWhole = true
      else if (endsSentence(this.#text)) out += await this.#release(this.#text.length)
      else if (this.#text.length >= MAX_BEHIND) out += await this.#release(MAX_BEHIND - LOOK_AHEAD)
    }
    return out
  }

  /** The rest. */
  async end(): Promise<string> {
    if (this.#text === '') return ''
    if (!this.#isWhole) return this.#release(this.#text.length)
    const raw = this.#text
    this.#text = ''
    const [masked] = await this.#scanner.mask([readOnly(this.#path, 'text', raw)])
    return masked ?? ''
  }

  async #release(upTo: number): Promise<string> {
    const raw = this.#before + this.#text
    const from = this.#before.length
    const [scan] = await this.#scanner.find([readOnly(this.#path, 'text', raw)])
    const pieces = (scan?.pieces ?? []).filter(({ rawEnd }) => rawEnd > from)
    const end = upTo === this.#text.length ? raw.length : cutAt(raw, from, from + upTo, pieces)
    let out = ''
    let at = from
    for (const piece of pieces) {
      if (piece.rawStart >= end) break
      const isContinued = piece.rawStart < from && this.#isOpen
      out += raw.slice(at, Math.max(at, piece.rawStart)) + (isContinued ? '' : maskOf(piece.entityType))
      if (!isContinued) this.#scanner.count(this.#path, [piece])
      at = Math.min(end, piece.rawEnd)
    }
    this.#isOpen = at === end && pieces.some(({ rawStart, rawEnd }) => rawStart < end && rawEnd >= end)
    out += raw.slice(at, end)
    if (pieces.length === 0) this.#scanner.count(this.#path, [])
    this.#before = raw.slice(Math.max(0, end - CONTEXT), end)
    this.#text = raw.slice(end)
    return out
  }
}

function endsSentence(text: string): boolean {
  if (text.endsWith('\n\n')) return true
  return SENTENCE_END.test(text.slice(-6)) && !ABBREVIATION.test(text.slice(-12))
}

/** At a space, before a value that would be cut, else behind it. */
function cutAt(raw: string, from: number, wanted: number, pieces: readonly { rawStart: number; rawEnd: number }[]) {
  const space = raw.slice(from, wanted).search(/\s\S*$/)
  let cut = space > 0 ? from + space + 1 : wanted
  const code = raw.charCodeAt(cut - 1)
  if (code >= 0xd800 && code <= 0xdbff) cut -= 1
  const across = pieces.find(({ rawStart, rawEnd }) => rawStart < cut && rawEnd > cut)
  if (across === undefined) return cut
  return across.rawStart > from ? across.rawStart : Math.min(across.rawEnd, raw.length)
}
