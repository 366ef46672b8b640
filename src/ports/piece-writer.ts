import type { ChatChunk } from '../domain/chat/types.ts'
import type { DataKey } from '../domain/sealing/seal.ts'

export interface StreamHandle {
  requestId: string
  attemptNo: number
  tenantId: string
  subjectPseudonym: string
  dataKey: DataKey
}

/** Thrown when another process took the attempt over: nothing more of the stream may be delivered. */
export class AttemptLost extends Error {
  constructor() {
    super('another process holds this request now')
    this.name = 'AttemptLost'
  }
}

/**
 * Makes streams durable before they are delivered. Duties: chunks of one stream are stored in order; `onDurable` is
 * called in that order, only for what is stored; all streams of the process share their transactions.
 */
export interface PieceWriter {
  open(stream: StreamHandle, onDurable: (chunk: ChatChunk) => void): PieceStream
  /** The chunks that a stream left behind, opened. */
  read(stream: StreamHandle): Promise<ChatChunk[]>
}

export interface PieceStream {
  /** Takes a chunk; waits where too much is not yet durable. @throws AttemptLost or the store's error. */
  write(chunk: ChatChunk): Promise<void>
  /** Resolves when everything is durable and was handed on. */
  flush(): Promise<void>
  /** True when at least one chunk was handed on. */
  readonly delivered: boolean
}
