import { randomBytes } from 'node:crypto'
import type { ChatChunk } from '../../../domain/chat/types.ts'
import { type SealContext, seal, unseal } from '../../../domain/sealing/seal.ts'
import { AttemptLost, type PieceStream, type PieceWriter, type StreamHandle } from '../../../ports/piece-writer.ts'
import { attemptKey, type RequestStore } from '../../../ports/request-store.ts'

/** Chunks of one stream that may wait for the store before its source has to wait too. */
const MAX_WAITING = 256
/** Milliseconds between two transactions at least: what a token may wait for others to share its commit. */
const MIN_INTERVAL_MS = 20

interface OpenStream {
  handle: StreamHandle
  nextPiece: number
  waiting: ChatChunk[]
  onDurable: (chunk: ChatChunk) => void
  failure: unknown
  delivered: boolean
  wake: (() => void)[]
}

/** Collects the chunks of all streams of this process and stores them together, one sealed piece a stream and round. */
export function createPieceWriter(store: RequestStore): PieceWriter {
  const dirty = new Set<OpenStream>()
  let running = false

  async function drain(): Promise<void> {
    running = true
    while (dirty.size > 0) {
      const streams = [...dirty]
      dirty.clear()
      await storeRound(store, streams)
      await new Promise((resolve) => setTimeout(resolve, MIN_INTERVAL_MS))
    }
    running = false
  }

  return {
    open(handle, onDurable) {
      const stream: OpenStream = {
        handle,
        nextPiece: 0,
        waiting: [],
        onDurable,
        failure: undefined,
        delivered: false,
        wake: [],
      }
      return pieceStream(stream, () => {
        dirty.add(stream)
        if (!running) void drain()
      })
    },
    async read(handle) {
      const pieces = await store.readPieces(handle.requestId, handle.attemptNo)
      return pieces.flatMap((piece, index) =>
        JSON.parse(unseal(handle.dataKey, contextOf(handle, index), piece).toString()),
      )
    },
  }
}

function pieceStream(stream: OpenStream, markDirty: () => void): PieceStream {
  return {
    async write(chunk) {
      throwFailure(stream)
      stream.waiting.push(chunk)
      markDirty()
      if (stream.waiting.length >= MAX_WAITING) await settled(stream)
    },
    async flush() {
      while (stream.waiting.length > 0 && stream.failure === undefined) await settled(stream)
      throwFailure(stream)
    },
    get delivered() {
      return stream.delivered
    },
  }
}

async function storeRound(store: RequestStore, streams: readonly OpenStream[]): Promise<void> {
  const rounds = streams.map((stream) => ({ stream, chunks: stream.waiting, piece: sealPiece(stream, stream.waiting) }))
  try {
    const held = await store.appendPieces(rounds.map(({ piece }) => piece))
    for (const { stream, chunks } of rounds) {
      stream.waiting = stream.waiting.slice(chunks.length)
      if (!held.has(attemptKey(stream.handle.requestId, stream.handle.attemptNo))) {
        stream.failure = new AttemptLost()
        continue
      }
      stream.nextPiece += 1
      stream.delivered = true
      for (const chunk of chunks) stream.onDurable(chunk)
    }
  } catch (error) {
    for (const { stream } of rounds) stream.failure = error
  }
  for (const { stream } of rounds) for (const wake of stream.wake.splice(0)) wake()
}

function sealPiece({ handle, nextPiece }: OpenStream, chunks: readonly ChatChunk[]) {
  const plaintext = Buffer.from(JSON.stringify(chunks), 'utf8')
  return {
    requestId: handle.requestId,
    attemptNo: handle.attemptNo,
    chunkNo: nextPiece,
    sealedChunk: seal(handle.dataKey, contextOf(handle, nextPiece), randomBytes(12), plaintext),
  }
}

function contextOf(handle: StreamHandle, pieceNo: number): SealContext {
  return {
    tenantId: handle.tenantId,
    subjectPseudonym: handle.subjectPseudonym,
    table: 'attempt_chunk',
    rowId: `${handle.requestId}/${handle.attemptNo}/${pieceNo}`,
    field: 'chunk',
  }
}

function settled(stream: OpenStream): Promise<void> {
  return new Promise((resolve) => stream.wake.push(resolve))
}

function throwFailure(stream: OpenStream): void {
  if (stream.failure !== undefined) throw stream.failure
}
