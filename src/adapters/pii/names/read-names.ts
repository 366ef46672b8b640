import * as ort from 'onnxruntime-node'
import { decodeSpans, type NameSpan, TAGS } from '../../../domain/redaction/names/decode-spans.ts'
import { splitWords, type Word } from '../../../domain/redaction/names/split-words.ts'
import { createVocabulary } from '../../../domain/redaction/names/vocabulary.ts'
import { cutWindows, type WordWindow } from '../../../domain/redaction/names/windows.ts'
import { wordFeatures } from '../../../domain/redaction/names/word-features.ts'
import type { ModelFiles, Table } from './model-files.ts'

/** At least two letters, or one of a script without case. */
const CAN_BE_NAME = /\p{L}.*\p{L}|\p{Lo}/su

/** What the net sees of a word by itself. */
interface WordVectors {
  piece: Float32Array
  gram: Float32Array
  shape: number
  canBeName: boolean
}

/** Finds names in texts, in this thread, with one core. */
export type ReadNames = (texts: readonly string[]) => Promise<NameSpan[][]>

/**
 * Loads the net. Text lives only as long as the call: nothing is kept between calls. Each window is read by itself:
 * int8 products take their scale from all that is multiplied at once, and a text's spans must not depend on what else
 * is asked.
 */
export async function createReadNames(files: ModelFiles): Promise<ReadNames> {
  const session = await ort.InferenceSession.create(files.net, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    executionProviders: ['cpu'],
  })
  const vectorsOf = createVectors(files)
  return async (texts) => {
    const known = new Map<string, WordVectors>()
    const found: NameSpan[][] = []
    for (const text of texts) {
      const words = splitWords(text)
      const vectors = words.map(({ start, end }) => {
        const word = text.slice(start, end)
        const vector = known.get(word) ?? vectorsOf(word)
        known.set(word, vector)
        return vector
      })
      const probabilities = new Float32Array(words.length * TAGS.length)
      let last: { key: string; answer: Float32Array } | undefined
      for (const window of cutWindows(words.length)) {
        const key = keyOf(text, words, window)
        if (last?.key !== key) {
          const answer = vectors.slice(window.start, window.end).some(({ canBeName }) => canBeName)
            ? await readWindow(session, files, words, vectors, window)
            : nothing(window.end - window.start)
          last = { key, answer }
        }
        const from = (window.keepFrom - window.start) * TAGS.length
        const kept = last.answer.subarray(from, from + (window.keepTo - window.keepFrom) * TAGS.length)
        probabilities.set(kept, window.keepFrom * TAGS.length)
      }
      const spans = decodeSpans(words, probabilities, files.outsideWeight)
      found.push(spans.filter(({ start, end }) => CAN_BE_NAME.test(text.slice(start, end))))
    }
    return found
  }
}

function createVectors({ vocabulary, pieces, grams }: ModelFiles): (word: string) => WordVectors {
  const known = createVocabulary(vocabulary.split('\n').slice(0, -1))
  return (word) => {
    const features = wordFeatures(known, word)
    return {
      piece: sumRows(pieces, features.pieces, 1 / features.pieces.length),
      gram: sumRows(grams, features.grams, 1 / Math.sqrt(features.grams.length)),
      shape: features.shape,
      canBeName: CAN_BE_NAME.test(word),
    }
  }
}

/** What a window's answer depends on: the same again, as in a text that repeats itself, is not read again. */
function keyOf(text: string, words: readonly Word[], { start, end }: WordWindow): string {
  const first = words[start]
  return `${first?.gap} ${text.slice(first?.start, words[end - 1]?.end)}`
}

/** The answer for words that are no names. */
function nothing(words: number): Float32Array {
  const answer = new Float32Array(words * TAGS.length)
  for (let i = 0; i < answer.length; i += TAGS.length) answer[i] = 1
  return answer
}

function sumRows({ values, width, scale }: Table, rows: readonly number[], factor: number): Float32Array {
  const sum = new Float32Array(width)
  for (const row of rows) {
    for (let i = 0; i < width; i += 1) sum[i] = (sum[i] ?? 0) + (values[row * width + i] ?? 0)
  }
  for (let i = 0; i < width; i += 1) sum[i] = (sum[i] ?? 0) * scale * factor
  return sum
}

async function readWindow(
  session: ort.InferenceSession,
  { pieces, grams }: ModelFiles,
  words: readonly Word[],
  vectors: readonly WordVectors[],
  { start, end }: WordWindow,
): Promise<Float32Array> {
  const length = end - start
  const piece = new Float32Array(length * pieces.width)
  const gram = new Float32Array(length * grams.width)
  const shape = new Int32Array(length)
  const gap = new Int32Array(length)
  for (let i = 0; i < length; i += 1) {
    const vector = vectors[start + i]
    if (vector === undefined) continue
    piece.set(vector.piece, i * pieces.width)
    gram.set(vector.gram, i * grams.width)
    shape[i] = vector.shape
    gap[i] = words[start + i]?.gap ?? 0
  }
  const output = await session.run({
    piece: new ort.Tensor('float32', piece, [1, length, pieces.width]),
    gram: new ort.Tensor('float32', gram, [1, length, grams.width]),
    shape: new ort.Tensor('int32', shape, [1, length]),
    gap: new ort.Tensor('int32', gap, [1, length]),
  })
  const data = output.probabilities?.data
  if (!(data instanceof Float32Array)) throw new TypeError('The net gave no probabilities.')
  return data
}
