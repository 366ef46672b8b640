import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'

const END = 0x06054b50
const LOCATOR_64 = 0x07064b50
const END_BYTES = 22
const LOCATOR_BYTES = 20
const COMMENT_MAX_BYTES = 65_535
const DIRECTORY_MAX_BYTES = 1 << 26
const FULL = 0xffffffff

interface Place {
  method: number
  packed: number
  offset: number
}

/**
 * The members of a zip file that has been judged already (PKWARE APPNOTE 4.3, zip64 included), by name, each as a stream.
 * Throws where it is no zip file.
 */
export async function openZip(path: string): Promise<ReadonlyMap<string, () => Promise<AsyncIterable<Uint8Array>>>> {
  const file = await open(path, 'r')
  try {
    const places = await readDirectory(file)
    return new Map([...places].map(([name, place]) => [name, () => openMember(path, place)]))
  } finally {
    await file.close()
  }
}

async function openMember(path: string, { method, packed, offset }: Place): Promise<AsyncIterable<Uint8Array>> {
  const file = await open(path, 'r')
  const head = await readAt(file, offset, 30).finally(() => file.close())
  if (packed === 0) return Readable.from([])
  const start = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  const stream = createReadStream(path, { start, end: start + packed - 1 })
  if (method === 0) return stream
  const inflate = createInflateRaw()
  stream.once('error', (error) => inflate.destroy(error))
  return stream.pipe(inflate)
}

async function readDirectory(file: FileHandle): Promise<Map<string, Place>> {
  const { size } = await file.stat()
  const tailBytes = Math.min(size, END_BYTES + COMMENT_MAX_BYTES + LOCATOR_BYTES)
  const tail = await readAt(file, size - tailBytes, tailBytes)
  let end = tail.length - END_BYTES
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--
  if (end < 0) throw new Error('this is no zip file')
  let [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (end >= LOCATOR_BYTES && tail.readUInt32LE(end - LOCATOR_BYTES) === LOCATOR_64) {
    const end64 = await readAt(file, Number(tail.readBigUInt64LE(end - LOCATOR_BYTES + 8)), 56)
    ;[length, start] = [Number(end64.readBigUInt64LE(40)), Number(end64.readBigUInt64LE(48))]
  }
  if (length > DIRECTORY_MAX_BYTES) throw new Error('the directory of the zip file is too long')
  const directory = await readAt(file, start, length)
  const places = new Map<string, Place>()
  for (let at = 0; at < length; ) {
    const [names, extras, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const name = directory.toString('utf8', at + 46, at + 46 + names)
    places.set(name, placeOf(directory.subarray(at, at + 46 + names + extras), 46 + names))
    at += 46 + names + extras + comment
  }
  return places
}

/** A member's entry in the directory, `extra` where its extra fields begin (APPNOTE 4.5.3). */
function placeOf(entry: Buffer, extra: number): Place {
  let [bytes, packed, offset] = [entry.readUInt32LE(24), entry.readUInt32LE(20), entry.readUInt32LE(42)]
  for (let at = extra; at + 4 <= entry.length; at += 4 + entry.readUInt16LE(at + 2)) {
    if (entry.readUInt16LE(at) !== 1) continue
    let value = at + 4
    const long = (short: number) => {
      if (short !== FULL) return short
      value += 8
      return Number(entry.readBigUInt64LE(value - 8))
    }
    ;[bytes, packed, offset] = [long(bytes), long(packed), long(offset)]
  }
  return { method: entry.readUInt16LE(10), packed, offset }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new Error('the zip file ends early')
  return buffer
}
