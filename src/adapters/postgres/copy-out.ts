import type { Duplex } from 'node:stream'
import type pg from 'pg'

/** Takes what was copied, in order; the bytes are its own until its promise settles. */
export type CopySink = (bytes: Buffer) => Promise<void>

export interface Copied {
  rows: number
  bytes: number
  /** Bytes of the longest row. */
  longest: number
}

/** Bytes that a sink gets at once, and how many of such it may be behind before the server has to wait. */
const BLOCK_BYTES = 1 << 20
const BLOCKS = 2

/** Messages of the server, by their first byte: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const COPY_DATA = 0x64
/** CopyOutResponse, CopyDone, and what may come at any time: notices, parameters, notifications. */
const PASSED_OVER = new Set([0x48, 0x63, 0x4e, 0x53, 0x41])
/** The end of a binary copy is a message of its own, as each row is; its head comes with the first of them. */
const BINARY = /\(FORMAT binary\)$/
/** A byte for what it is, four for its length, in which they count themselves. */
const HEADER_BYTES = 5

/**
 * Runs a `COPY … TO STDOUT` and gives its bytes to `sink` in large blocks: the server sends a message for each row, and rows are many.
 * Where the sink fails the connection is closed.
 */
export function copyOut(client: pg.Client, query: string, sink: CopySink): Promise<Copied> {
  return new Promise((resolve, reject) => client.query(new CopyOut(query, sink, resolve, reject)))
}

/** As pg's Client runs a query: it calls `submit` and hands on what the server says beside the data. */
class CopyOut implements pg.Submittable {
  readonly #text: string
  readonly #blocks: BlockWriter
  readonly #resolve: (copied: Copied) => void
  readonly #reject: (error: unknown) => void
  #stream: Duplex | undefined
  /** What pg reads the connection with while nothing is copied. */
  #reader: ((chunk: Buffer) => void) | undefined
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  /** Bytes of the message under way that have not come yet, and whether they are data. */
  #left = 0
  #isData = false
  readonly #copied = { rows: 0, bytes: 0, longest: 0 }
  #told: number | undefined

  constructor(text: string, sink: CopySink, resolve: (copied: Copied) => void, reject: (error: unknown) => void) {
    this.#text = text
    this.#resolve = resolve
    this.#reject = reject
    this.#blocks = new BlockWriter(sink, {
      onFull: () => this.#stream?.pause(),
      onRoom: () => this.#stream?.resume(),
      onFailed: () => this.#stream?.destroy(),
    })
  }

  submit(connection: pg.Connection): void {
    this.#stream = connection.stream
    const [reader, ...others] = this.#stream.listeners('data') as ((chunk: Buffer) => void)[]
    if (reader === undefined || others.length > 0) throw new Error('a connection that somebody else reads')
    this.#reader = reader
    this.#stream.off('data', reader)
    this.#stream.on('data', this.#take)
    connection.query(this.#text)
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#told = Number(/^COPY (\d+)$/.exec(text)?.[1])
  }

  handleReadyForQuery(): void {
    void this.#settle()
  }

  handleError(error: Error): void {
    void this.#blocks.end().then(
      () => this.#reject(error),
      (own) => this.#reject(own),
    )
  }

  async #settle(): Promise<void> {
    try {
      await this.#blocks.end()
      if (BINARY.test(this.#text)) this.#copied.rows -= 1
      if (this.#told !== this.#copied.rows) throw new Error('a copy of other rows than the server says')
      this.#resolve(this.#copied)
    } catch (error) {
      this.#reject(error)
    }
  }

  readonly #take = (chunk: Buffer): void => {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(at + this.#left, chunk.length)
        if (this.#isData) this.#blocks.add(chunk, at, end)
        this.#left -= end - at
        at = end
        continue
      }
      const taken = Math.min(HEADER_BYTES - this.#headerBytes, chunk.length - at)
      chunk.copy(this.#header, this.#headerBytes, at, at + taken)
      this.#headerBytes += taken
      at += taken
      if (this.#headerBytes < HEADER_BYTES) return
      this.#headerBytes = 0
      const code = this.#header[0] ?? 0
      if (code !== COPY_DATA && !PASSED_OVER.has(code)) {
        this.#handBack(chunk.subarray(at))
        return
      }
      this.#begin(code === COPY_DATA, this.#header.readUInt32BE(1) - (HEADER_BYTES - 1))
    }
  }

  #begin(isData: boolean, length: number): void {
    this.#isData = isData
    this.#left = length
    if (!isData) return
    this.#copied.rows += 1
    this.#copied.bytes += length
    if (length > this.#copied.longest) this.#copied.longest = length
  }

  /** The copy is over, or has failed: pg reads on, from the message whose header came last. */
  #handBack(rest: Buffer): void {
    const stream = this.#stream as Duplex
    const reader = this.#reader as (chunk: Buffer) => void
    stream.off('data', this.#take)
    stream.on('data', reader)
    stream.resume()
    reader(Buffer.concat([this.#header, rest]))
  }
}

interface Flow {
  onFull(): void
  onRoom(): void
  onFailed(): void
}

/** Collects bytes into blocks and gives them to a sink one after another. */
class BlockWriter {
  readonly #sink: CopySink
  readonly #flow: Flow
  readonly #spare: Buffer[] = []
  #block: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #filled = 0
  #waiting = 0
  #failed = false
  #written: Promise<void> = Promise.resolve()

  constructor(sink: CopySink, flow: Flow) {
    this.#sink = sink
    this.#flow = flow
  }

  add(from: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const copied = from.copy(this.#block, this.#filled, at, end)
      this.#filled += copied
      at += copied
      if (this.#filled === BLOCK_BYTES) this.#give()
    }
  }

  /** Gives the rest. Rejects with what the sink has thrown. */
  async end(): Promise<void> {
    if (this.#filled > 0) this.#give()
    await this.#written
  }

  #give(): void {
    const block = this.#block
    const bytes = block.subarray(0, this.#filled)
    this.#block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#filled = 0
    this.#waiting += 1
    if (this.#waiting === BLOCKS) this.#flow.onFull()
    this.#written = this.#written.then(async () => {
      await this.#sink(bytes)
      this.#spare.push(block)
      this.#waiting -= 1
      if (this.#waiting === BLOCKS - 1) this.#flow.onRoom()
    })
    // Whoever waits for the end hears it, too.
    this.#written.catch(() => this.#fail())
  }

  #fail(): void {
    if (this.#failed) return
    this.#failed = true
    this.#flow.onFailed()
  }
}
