import { randomBytes } from 'node:crypto'
import type { ChatChunk } from '../../../domain/chat/types.ts'
import { type SealContext, seal, unseal } from '../../../domain/sealing/seal.ts'
import { AttemptLost, type PieceStream, type PieceWriter, type StreamHandle } from '../../../ports/piece-writer.ts'
import { attemptKey, type RequestStore, type StreamPiece } from '../../../ports/request-store.ts'
import { isConnectionFailure } from '../connect.ts'

/** Chunks of one stream that may wait for the store before its source has to wait too. */
const MAX_WAITING = 256
/** Milliseconds between two transactions at least: what a token may wait for others to share its commit. */
const MIN_INTERVAL_MS = 20
/** Milliseconds between two tries while the database is away, and for which it is waited for. */
const AWAY_PAUSE_MS = 200
const AWAY_AT_MOST_MS = 10 * 60_000

interface OpenStream {
  handle: StreamHandle
  nextPiece: number
  waiting: ChatChunk[]
  /** What the round under way stores; nothing is handed on that was not in it. */
  storing: ChatChunk[]
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
        storing: [],
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
      while (stream.waiting.length + stream.storing.length > 0 && stream.failure === undefined) await settled(stream)
      throwFailure(stream)
    },
    get delivered() {
      return stream.delivered
    },
  }
}

async function storeRound(store: RequestStore, dirty: readonly OpenStream[]): Promise<void> {
  // Behind a piece that was not stored nothing may follow.
  const streams = dirty.filter((stream) => stream.failure === undefined)
  if (streams.length === 0) return
  for (const stream of streams) {
    stream.storing = stream.waiting
    stream.waiting = []
  }
  try {
    const held = await storePieces(store, streams.map(sealPiece))
    for (const stream of streams) handOn(stream, held)
  } catch (error) {
    for (const stream of streams) stream.failure = error
  }
  for (const stream of streams) for (const wake of stream.wake.splice(0)) wake()
}

/** A database that is away is waited for: the streams stand still meanwhile, and are lost only to another holder. */
async function storePieces(store: RequestStore, pieces: StreamPiece[]): Promise<Set<string>> {
  for (let waited = 0; ; waited += AWAY_PAUSE_MS) {
    try {
      return await store.appendPieces(pieces)
    } catch (error) {
      if (!isConnectionFailure(error) || waited >= AWAY_AT_MOST_MS) throw error
      await new Promise((resolve) => setTimeout(resolve, AWAY_PAUSE_MS))
    }
  }
}

function handOn(stream: OpenStream, held: ReadonlySet<string>): void {
  const chunks = stream.storing
  stream.storing = []
  if (!held.has(attemptKey(stream.handle.requestId, stream.handle.attemptNo))) {
    stream.failure = new AttemptLost()
    return
  }
  stream.nextPiece += 1
  stream.delivered = true
  for (const chunk of chunks) stream.onDurable(chunk)
}

function sealPiece({ handle, nextPiece, storing }: OpenStream): StreamPiece {
  const plaintext = Buffer.from(JSON.stringify(storing), 'utf8')
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
