import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

const LOCAL = 0x04034b50
const DESCRIPTOR = 0x08074b50
const CENTRAL = 0x02014b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const END = 0x06054b50
/** Sizes stand behind the data, names are UTF-8. */
const FLAGS = 0x0808
const DEFLATE = 8
/** Needed to extract: zip64. */
const VERSION = 45
const DOS_DATE = 0x21
const FULL = 0xffffffff

export interface ZipMember {
  name: string
  bytes: number
  /** Hex. */
  sha256: string
}

interface Placed extends ZipMember {
  offset: number
  packed: number
  crc: number
}

/**
 * Writes a zip file front to back (PKWARE APPNOTE 6.3.10), members of unknown length included: sizes follow the data, in
 * 64 bits. Members carry no time, so that the same content gives the same bytes.
 */
export class ZipWriter {
  readonly members: ZipMember[] = []
  private readonly placed: Placed[] = []
  private offset = 0
  private before: { count: number; directory: Uint8Array } = { count: 0, directory: new Uint8Array() }

  /** Goes on behind the members of another file, whose directory began at `start`. `members` has the new ones only. */
  static behind({ start, count, directory }: { start: number; count: number; directory: Uint8Array }): ZipWriter {
    const writer = new ZipWriter()
    writer.offset = start
    writer.before = { count, directory }
    return writer
  }

  /** One member; `name` is relative, with `/`. */
  async *member(name: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const offset = this.offset
    yield this.count(localHeader(name))
    const hash = createHash('sha256')
    let crc = 0
    let bytes = 0
    async function* observed() {
      for await (const chunk of content) {
        hash.update(chunk)
        crc = crc32(chunk, crc)
        bytes += chunk.length
        yield chunk
      }
    }
    const deflate = createDeflateRaw({ level: 3 })
    const source = Readable.from(observed(), { objectMode: false })
    source.once('error', (error) => deflate.destroy(error))
    const before = this.offset
    for await (const chunk of source.pipe(deflate)) yield this.count(chunk)
    const packed = this.offset - before
    yield this.count(descriptor(crc, packed, bytes))
    const member = { name, bytes, sha256: hash.digest('hex') }
    this.members.push(member)
    this.placed.push({ ...member, offset, packed, crc })
  }

  /** The directory; nothing may follow. */
  end(): Uint8Array {
    const start = this.offset
    const { count, directory } = this.before
    const entries = [directory, ...this.placed.map(directoryEntry)]
    const length = entries.reduce((sum, entry) => sum + entry.length, 0)
    return Buffer.concat([...entries, ending(count + this.placed.length, start, length)])
  }

  private count(chunk: Uint8Array): Uint8Array {
    this.offset += chunk.length
    return chunk
  }
}

function localHeader(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8')
  const head = Buffer.alloc(30)
  head.writeUInt32LE(LOCAL, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(DEFLATE, 8)
  head.writeUInt16LE(DOS_DATE, 12)
  head.writeUInt32LE(FULL, 18)
  head.writeUInt32LE(FULL, 22)
  head.writeUInt16LE(bytes.length, 26)
  head.writeUInt16LE(20, 28)
  return Buffer.concat([head, bytes, zip64Extra([0, 0])])
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index)
  return extra
}

function descriptor(crc: number, packed: number, bytes: number): Buffer {
  const out = Buffer.alloc(24)
  out.writeUInt32LE(DESCRIPTOR, 0)
  out.writeUInt32LE(crc, 4)
  out.writeBigUInt64LE(BigInt(packed), 8)
  out.writeBigUInt64LE(BigInt(bytes), 16)
  return out
}

function directoryEntry({ name, bytes, packed, offset, crc }: Placed): Buffer {
  const nameBytes = Buffer.from(name, 'utf8')
  const head = Buffer.alloc(46)
  head.writeUInt32LE(CENTRAL, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(VERSION, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(DEFLATE, 10)
  head.writeUInt16LE(DOS_DATE, 14)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(FULL, 20)
  head.writeUInt32LE(FULL, 24)
  head.writeUInt16LE(nameBytes.length, 28)
  head.writeUInt16LE(28, 30)
  head.writeUInt32LE(FULL, 42)
  return Buffer.concat([head, nameBytes, zip64Extra([bytes, packed, offset])])
}

function ending(count: number, start: number, length: number): Buffer {
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(END_64, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(VERSION, 12)
  end64.writeUInt16LE(VERSION, 14)
  end64.writeBigUInt64LE(BigInt(count), 24)
  end64.writeBigUInt64LE(BigInt(count), 32)
  end64.writeBigUInt64LE(BigInt(length), 40)
  end64.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(LOCATOR_64, 0)
  locator.writeBigUInt64LE(BigInt(start + length), 8)
  locator.writeUInt32LE(1, 16)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(0xffff, 8)
  end.writeUInt16LE(0xffff, 10)
  end.writeUInt32LE(FULL, 12)
  end.writeUInt32LE(FULL, 16)
  return Buffer.concat([end64, locator, end])
}
