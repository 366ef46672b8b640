import type { ChatChunk, ChunkChoice, ToolCall } from '../chat/types.ts'
import { AnswerScanner, type MaskInput, readOnly } from './mask-answer.ts'
import { MaskChannel } from './mask-channel.ts'
import type { AnswerCoverage } from './types.ts'
import type { Slot } from './walker.ts'

type TextField = 'content' | 'refusal'

interface OpenChoice {
  texts: Map<TextField, MaskChannel>
  calls: Map<number, ToolCall>
}

/**
 * Masks a stream: texts by sentence, calls of tools as a whole at the end of their choice. For every way of cutting the
 * stream into chunks the texts put together are the same. Log probabilities and unknown fields are left out.
 */
export class StreamMasker {
  readonly #scanner: AnswerScanner
  readonly #choices = new Map<number, OpenChoice>()
  #last: ChatChunk | null = null

  constructor(input: MaskInput) {
    this.#scanner = new AnswerScanner(input)
  }

  /** The chunks that may go out now. @throws what a scan throws: then nothing more may be released. */
  async push(chunk: ChatChunk): Promise<ChatChunk[]> {
    this.#last = chunk
    const out: ChatChunk[] = []
    const kept: ChunkChoice[] = []
    for (const choice of chunk.choices) {
      const isEnd = choice.finish_reason !== null && choice.finish_reason !== undefined
      const delta = await this.#delta(choice)
      if (isEnd) {
        if (delta !== null) out.push(chunkOf(chunk, choice.index, delta))
        const rest = await this.#endChoice(choice.index)
        if (rest !== null) out.push(chunkOf(chunk, choice.index, rest))
        kept.push({ index: choice.index, delta: {}, finish_reason: choice.finish_reason })
      } else if (delta !== null) kept.push({ index: choice.index, delta, finish_reason: null })
    }
    if (kept.length > 0 || chunk.choices.length === 0 || chunk.usage) out.push({ ...chunk, choices: kept })
    return out
  }

  /** What is still held back when a stream ends without a finish reason. */
  async end(): Promise<ChatChunk[]> {
    const out: ChatChunk[] = []
    for (const index of [...this.#choices.keys()]) {
      const rest = await this.#endChoice(index)
      if (rest !== null && this.#last !== null) out.push(chunkOf(this.#last, index, rest))
    }
    return out
  }

  coverage(): AnswerCoverage {
    return this.#scanner.coverage()
  }

  /** Null where all of it is held back. */
  async #delta({ index, delta }: ChunkChoice): Promise<ChunkChoice['delta'] | null> {
    const open = this.#open(index)
    const now: ChunkChoice['delta'] = {}
    if (delta.role !== undefined) now.role = delta.role
    for (const field of ['content', 'refusal'] as const) {
      const text = delta[field]
      if (typeof text !== 'string') {
        if (text === null) now[field] = null
        continue
      }
      const out = await this.#channel(open, index, field).push(text)
      if (out !== '' || text === '') now[field] = out
    }
    for (const call of delta.tool_calls ?? []) {
      const whole = open.calls.get(call.index) ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
      open.calls.set(call.index, whole)
      if (call.id) whole.id = call.id
      whole.function.name += call.function?.name ?? ''
      whole.function.arguments += call.function?.arguments ?? ''
    }
    return Object.keys(now).length > 0 ? now : null
  }

  async #endChoice(index: number): Promise<ChunkChoice['delta'] | null> {
    const open = this.#choices.get(index)
    if (open === undefined) return null
    this.#choices.delete(index)
    const rest: ChunkChoice['delta'] = {}
    for (const [field, channel] of open.texts) {
      const text = await channel.end()
      if (text !== '') rest[field] = text
    }
    if (open.calls.size > 0) rest.tool_calls = await this.#maskCalls(index, open.calls)
    return Object.keys(rest).length > 0 ? rest : null
  }

  async #maskCalls(choice: number, calls: ReadonlyMap<number, ToolCall>) {
    const sorted = [...calls].sort(([a], [b]) => a - b)
    const slots = sorted.flatMap(([, { function: called }], i): Slot[] => {
      const path = `choices[${choice}].message.tool_calls[${i}].function`
      return [readOnly(`${path}.name`, 'name', called.name), readOnly(`${path}.arguments.*`, 'json', called.arguments)]
    })
    const masked = await this.#scanner.mask(slots)
    return sorted.map(([index, { id }], i) => ({
      index,
      id,
      type: 'function' as const,
      function: { name: masked[2 * i] ?? '', arguments: masked[2 * i + 1] ?? '' },
    }))
  }

  #open(index: number): OpenChoice {
    const known = this.#choices.get(index)
    if (known !== undefined) return known
    const created: OpenChoice = { texts: new Map(), calls: new Map() }
    this.#choices.set(index, created)
    return created
  }

  #channel(open: OpenChoice, index: number, field: TextField): MaskChannel {
    const known = open.texts.get(field)
    if (known !== undefined) return known
    const created = new MaskChannel(this.#scanner, `choices[${index}].message.${field}`)
    open.texts.set(field, created)
    return created
  }
}

function chunkOf(template: ChatChunk, index: number, delta: ChunkChoice['delta']): ChatChunk {
  const chunk: ChatChunk = { ...template, choices: [{ index, delta, finish_reason: null }] }
  if (template.usage) chunk.usage = null
  return chunk
}
