/** What a double does with a request instead of its plain answer, an echo of the last message. */
export interface Behaviour {
  /** Waited before the first byte of the answer. */
  delayMs?: number
  /** Waited for as well; for a double of the same process. */
  after?: Promise<unknown>
  /** Answer with this error status, in the vendor's own error shape. */
  status?: number
  /** The vendor's error code or type, where it has one to choose. */
  code?: string
  /** More headers of the answer, such as `retry-after`. */
  headers?: Record<string, string>
  fault?: Fault
  /** Said instead of the echo. */
  text?: string
  /** Calls of tools, in parallel, instead of a text; they need no match with the request's tools. */
  toolCalls?: { name: string; arguments: string }[]
  /** Thought before the answer, by the vendors that tell it. */
  thinking?: string
  finishReason?: string
  /** Named as the model that answered, by the vendors of OpenAI's format. */
  model?: string
  /** Named as the service tier, by OpenAI; default `default`. */
  serviceTier?: string
  /** UTF-16 units in each streamed piece; default 8. */
  pieceLength?: number
  /** The last piece of a streamed text carries the finish reason, by the vendors of OpenAI's format, as some servers do it. */
  endsInPiece?: boolean
  /** Waited between the frames of a stream. */
  pieceDelayMs?: number
  /** Waited between the last byte of a stream, its end mark, and the end of the body. */
  endDelayMs?: number
  /** Write the answer in pieces of so many bytes, so that characters and lines are cut anywhere. */
  splitBytes?: number
}

export type Fault =
  /** Status 200 and bytes that are not the vendor's format. */
  | 'garbage'
  /** The connection is reset before any answer. */
  | 'reset'
  /** Accepted, and then nothing. */
  | 'silence'
  /** Half of the answer, then a clean end of the body. */
  | 'half'
  /** Half of the answer, then a reset. */
  | 'reset_midway'
  /** Half of the answer, then nothing more. */
  | 'silence_midway'
  /** Half of a stream, then the vendor's error event. */
  | 'error_midway'

/** One request as it came in. */
export interface Received {
  at: number
  method: string
  url: string
  headers: Record<string, string | string[] | undefined>
  rawHeaders: string[]
  body: Buffer
  /** `answered`: the whole answer was handed over; `cut`: the connection closed before. */
  outcome: Promise<'answered' | 'cut'>
}

/** An answer as a vendor module makes it. `frames` are the parts of a stream. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  contentType: string
  frames: string[]
}

/** The vendor's part of a double: what it accepts and how its answers look. */
export interface Vendor {
  /** The list of its models, or the refusal of whoever asks wrongly; null: the request is another one. */
  models?(request: Received): Reply | null
  /** A refusal where the real vendor would refuse, else null. */
  refusal(request: Received, body: unknown): Reply | null
  answer(request: Received, body: unknown, behaviour: Behaviour): Reply
  error(status: number, behaviour: Behaviour): Reply
  /** The frame of an error in the middle of a stream. */
  errorFrame(behaviour: Behaviour): string
}

export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers, contentType: 'application/json', frames: [JSON.stringify(body)] }
}

/** The text in pieces of `size` UTF-16 units; a surrogate pair stays whole, as it does with the real vendors. */
export function inPieces(text: string, size: number): string[] {
  const units = Array.from(text)
  const pieces: string[] = []
  for (let at = 0; at < units.length; at += size) pieces.push(units.slice(at, at + size).join(''))
  return pieces
}
