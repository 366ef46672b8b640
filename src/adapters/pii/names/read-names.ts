import * as ort from 'onnxruntime-node'
import { decodeIdentifiers, IDENTIFIER_TAGS, personWords } from '../../../domain/redaction/names/decode-identifiers.ts'
import { decodeSpans, TAGS } from '../../../domain/redaction/names/decode-spans.ts'
import { splitWords, type Word } from '../../../domain/redaction/names/split-words.ts'
import { createVocabulary } from '../../../domain/redaction/names/vocabulary.ts'
import { cutWindows, type WordWindow } from '../../../domain/redaction/names/windows.ts'
import { wordFeatures } from '../../../domain/redaction/names/word-features.ts'
import type { Reading } from '../../../ports/name-source.ts'
import type { ModelFiles } from './model-files.ts'
import { PackedTable } from './packed-table.ts'
import { CAN_BE_NAME, type WordRows, type WordTables } from './word-rows.ts'
import { type CallWords, WordTable } from './word-table.ts'

/** Reads texts in this thread, with one core. @throws the signal's reason */
export type ReadNames = (texts: readonly string[], signal?: AbortSignal) => Promise<Reading[]>

/**
 * Loads the net; of the files nothing is kept. Text lives only as long as the call: nothing is kept between calls but words that the vocabulary has.
 * Each window is read by itself: int8 products take their scale from all that is multiplied at once, and a text's spans
 * must not depend on what else is asked.
 */
export async function createReadNames(files: ModelFiles): Promise<ReadNames> {
  const session = await ort.InferenceSession.create(files.net, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    executionProviders: ['cpu'],
  })
  const vocabulary = createVocabulary(files.vocabulary.split('\n').slice(0, -1))
  const tables = { pieces: new PackedTable(files.pieces), grams: new PackedTable(files.grams) }
  const { outsideWeight } = files
  const table = new WordTable({
    tables,
    featuresOf: (word) => wordFeatures(vocabulary, word),
    isPublic: (word) => vocabulary.holds(word),
  })
  return async (texts, signal) => {
    const call: Call = { session, tables, outsideWeight, known: table.open(), window: table.borrow(), signal }
    try {
      const found: Reading[] = []
      for (const text of texts) found.push(await readText(text, call))
      return found
    } finally {
      call.known.close()
      table.giveBack(call.window)
    }
  }
}

interface Call {
  session: ort.InferenceSession
  tables: WordTables
  outsideWeight: number
  known: CallWords
  /** What the net is shown of a window. */
  window: WordRows
  signal: AbortSignal | undefined
}

/** What the model says of words, row by row: the likelihoods of the tags of names, and of those of identifiers. */
interface Answer {
  names: Float32Array
  identifiers: Float32Array
}

async function readText(text: string, call: Call): Promise<Reading> {
  const words = splitWords(text)
  const rows = words.map(({ start, end }) => call.known.rowOf(text.slice(start, end)))
  const whole = emptyAnswer(words.length)
  let last: { key: string; answer: Answer } | undefined
  for (const window of cutWindows(words.length)) {
    call.signal?.throwIfAborted()
    const key = keyOf(text, words, window)
    if (last?.key !== key) {
      const own = rows.slice(window.start, window.end)
      const answer = own.some((row) => call.known.canBeName(row))
        ? await readWindow(call, words, own, window)
        : nothing(own.length)
      last = { key, answer }
    }
    keep(last.answer.names, whole.names, window, TAGS.length)
    keep(last.answer.identifiers, whole.identifiers, window, IDENTIFIER_TAGS.length)
  }
  const names = decodeSpans(words, whole.names, call.outsideWeight)
  return {
    names: names.filter(({ start, end }) => CAN_BE_NAME.test(text.slice(start, end))),
    identifiers: decodeIdentifiers(words, whole.identifiers),
    persons: personWords(words, whole.identifiers),
  }
}

/** Takes over what counts of a window's answer. */
function keep(answer: Float32Array, whole: Float32Array, window: WordWindow, tags: number): void {
  const { start, keepFrom, keepTo } = window
  whole.set(answer.subarray((keepFrom - start) * tags, (keepTo - start) * tags), keepFrom * tags)
}

const emptyAnswer = (words: number): Answer => ({
  names: new Float32Array(words * TAGS.length),
  identifiers: new Float32Array(words * IDENTIFIER_TAGS.length),
})

/** What a window's answer depends on: the same again, as in a text that repeats itself, is not read again. */
function keyOf(text: string, words: readonly Word[], { start, end }: WordWindow): string {
  const first = words[start]
  return `${first?.gap} ${text.slice(first?.start, words[end - 1]?.end)}`
}

/** The answer for words that are no names. */
function nothing(words: number): Answer {
  const answer = emptyAnswer(words)
  for (let word = 0; word < words; word += 1) {
    answer.names[word * TAGS.length] = 1
    answer.identifiers[word * IDENTIFIER_TAGS.length] = 1
  }
  return answer
}

async function readWindow(
  { session, tables, known, window }: Call,
  words: readonly Word[],
  rows: readonly number[],
  { start }: WordWindow,
): Promise<Answer> {
  const length = rows.length
  const gap = Int32Array.from(rows, (_, i) => words[start + i]?.gap ?? 0)
  for (const [i, row] of rows.entries()) known.copy(row, window, i)
  const { pieces, grams } = tables
  const output = await session.run({
    piece: new ort.Tensor('float32', window.piece.subarray(0, length * pieces.width), [1, length, pieces.width]),
    gram: new ort.Tensor('float32', window.gram.subarray(0, length * grams.width), [1, length, grams.width]),
    shape: new ort.Tensor('int32', window.shape.subarray(0, length), [1, length]),
    gap: new ort.Tensor('int32', gap, [1, length]),
  })
  const names = output.probabilities?.data
  const identifiers = output.identifiers?.data
  if (!(names instanceof Float32Array && identifiers instanceof Float32Array))
    throw new TypeError('The net gave no probabilities.')
  return { names, identifiers }
}
