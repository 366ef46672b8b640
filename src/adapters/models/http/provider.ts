import type { ChatChunk, ChatCompletion } from '../../../domain/chat/types.ts'
import { type ModelCall, ModelError, type ModelProvider, type ProviderName } from '../../../ports/model-provider.ts'
import { parseJson, type VendorHttp, type VendorPost } from './client.ts'
import type { Exchange } from './exchange.ts'
import type { FrameReader } from './server-sent-events.ts'
import { array, object, string } from './shape.ts'

export type ClosableProvider = ModelProvider & { close(): Promise<void> }

/** How one vendor writes requests and answers. Throws ModelError `malformed` for what is not its format. */
export interface Wire {
  name: ProviderName
  path(model: string): string
  streamType: VendorPost['accept']
  body(call: ModelCall, stream: boolean): string
  answer(text: string, call: ModelCall): ChatCompletion
  /** Where the vendor lists its models, and how; absent: it does not. */
  models?: ModelList
  frames(exchange: Exchange): FrameReader
  decoder(call: ModelCall): StreamDecoder
}

export interface ModelList {
  path: string
  /** The field of the answer that is the list, and the field of its items that is the name. */
  list: string
  name: string
}

/** Translates one stream, frame by frame; `done` once the vendor's end mark was read. */
export interface StreamDecoder {
  decode(frame: string): ChatChunk[]
  readonly done: boolean
}

/** A provider out of a connection and a vendor's way to write. */
export function createProvider(wire: Wire, http: VendorHttp): ClosableProvider {
  async function complete(call: ModelCall): Promise<ChatCompletion> {
    const request = { path: wire.path(call.model), body: wire.body(call, false), ...common(call) }
    return wire.answer(await http.post({ ...request, accept: 'application/json' }), call)
  }

  async function* stream(call: ModelCall): AsyncGenerator<ChatChunk> {
    const request = { path: wire.path(call.model), body: wire.body(call, true), ...common(call) }
    const exchange = await http.open({ ...request, accept: wire.streamType })
    try {
      const reader = wire.frames(exchange)
      const decoder = wire.decoder(call)
      for (let batch = await reader.read(); batch !== null; batch = await reader.read()) {
        for (const frame of batch) {
          if (call.signal.aborted) throw new ModelError('aborted')
          yield* decoder.decode(frame)
          if (!decoder.done) continue
          exchange.finish()
          return
        }
      }
      throw new ModelError('interrupted', { status: exchange.status })
    } finally {
      exchange.abandon()
    }
  }

  async function offered({ path, list, name }: ModelList, signal: AbortSignal): Promise<string[]> {
    const answer = object(parseJson(await http.get({ path, accept: 'application/json', signal })))
    return array(answer[list]).map((item) => string(object(item)[name]))
  }

  const { models } = wire
  return {
    name: wire.name,
    complete,
    stream,
    ...(models && { offered: (signal: AbortSignal) => offered(models, signal) }),
    close: () => http.close(),
  }
}

function common({ signal, traceparent }: ModelCall): Pick<VendorPost, 'signal' | 'traceparent'> {
  return { signal, traceparent }
}
