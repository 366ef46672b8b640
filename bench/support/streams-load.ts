import { fileURLToPath } from 'node:url'
import { type AskedProcess, startAskedProcess } from './ask-process.ts'

export interface StreamOrder {
  origin: string
  path: string
  headers: Record<string, string>
  streams: number
  /** The streams begin evenly over this time. */
  startOverSeconds: number
  /** Number of the first prompt. */
  first: number
  /** Pieces that the provider sends, as it was told. */
  chunks: number
  /** Whether placeholders come back as values. */
  restored: boolean
}

/** What the client saw of one stream; times since the request was sent. */
export interface StreamSeen {
  status: number
  requestId: string
  firstEventMs: number
  firstTextMs: number
  lastMs: number
  /** Events with text. */
  chunks: number
  done: boolean
  /** The text was exactly what the provider said, restored. */
  whole: boolean
}

export interface StreamReport {
  streams: StreamSeen[]
  wallMs: number
  cpuMs: number
}

export function startStreamsLoad(): AskedProcess<StreamOrder, StreamReport> {
  return startAskedProcess(fileURLToPath(new URL('./stream-process.ts', import.meta.url)))
}
