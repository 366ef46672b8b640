import type { ChatChunk, ChunkChoice, JsonObject } from '../chat/types.ts'
import { createNames, createTable, kindsOf, type RestoreScope } from './restore.ts'
import { DeltaRestorer } from './restore-delta.ts'
import type { PlaceholderEntry } from './types.ts'

export interface StreamRestorer {
  /** The chunks that can go out now. None when all of this one is held back. */
  push(chunk: ChatChunk): ChatChunk[]
  /** What is still held back when a stream ends without a finish reason. */
  end(): ChatChunk[]
}

/**
 * Restores placeholders in a stream, for each choice and each tool call by itself. For every way of cutting the
 * stream into chunks, the texts put together are the same as those restored in one. What is held back goes out in a
 * chunk of its own before the one that carries the finish reason.
 */
export function createStreamRestorer(
  placeholders: readonly PlaceholderEntry[],
  scope: RestoreScope = {},
): StreamRestorer {
  const table = createTable(placeholders)
  const names = createNames(placeholders)
  const deltas = new Map<number, DeltaRestorer>()
  let last: ChatChunk | null = null
  const restorerOf = (index: number): DeltaRestorer => {
    const known = deltas.get(index)
    if (known !== undefined) return known
    const created = new DeltaRestorer(table, names, kindsOf(scope))
    deltas.set(index, created)
    return created
  }
  const restoreChoice = (choice: ChunkChoice, chunk: ChatChunk, before: ChatChunk[]): ChunkChoice | null => {
    const restorer = restorerOf(choice.index)
    const { delta, isHeld } = restorer.push((choice.delta ?? {}) as JsonObject)
    if (choice.finish_reason === null || choice.finish_reason === undefined) {
      return isHeld && !choice.logprobs ? null : { ...choice, delta: delta as ChunkChoice['delta'] }
    }
    const rest = restorer.end()
    if (rest === null) return { ...choice, delta: delta as ChunkChoice['delta'] }
    if (Object.keys(delta).length > 0 && !isHeld) before.push(chunkOf(chunk, choice.index, delta))
    before.push(chunkOf(chunk, choice.index, rest))
    return { ...choice, delta: {} }
  }
  return {
    push(chunk) {
      last = chunk
      const before: ChatChunk[] = []
      const choices = chunk.choices.map((choice) => restoreChoice(choice, chunk, before)).filter((c) => c !== null)
      const isHeld = choices.length === 0 && chunk.choices.length > 0 && !chunk.usage
      return isHeld ? before : [...before, { ...chunk, choices }]
    },
    end() {
      const template = last
      if (template === null) return []
      return [...deltas].flatMap(([index, restorer]) => {
        const rest = restorer.end()
        return rest === null ? [] : [chunkOf(template, index, rest)]
      })
    },
  }
}

/** A chunk like another, with one delta. */
function chunkOf(template: ChatChunk, index: number, delta: JsonObject): ChatChunk {
  const chunk: ChatChunk = {
    ...template,
    choices: [{ index, delta: delta as ChunkChoice['delta'], finish_reason: null }],
  }
  if (template.usage) chunk.usage = null
  return chunk
}
