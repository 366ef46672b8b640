import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const END_BYTES = 22
const COMMENT_MAX_BYTES = 65_535
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8

interface ZipEntry {
  name: string
  method: number
  compressedBytes: number
  bytes: number
  localOffset: number
}

/**
 * Writes one member of a zip file to `to`: the only one whose name ends with `suffix`. Plain zip (APPNOTE 4.3, no
 * zip64, stored or deflated), which is what a wheel of this size is. The caller has checked the file's digest.
 *
 * @throws Error when the file is no such zip, has not exactly one such member, or the member has another length
 */
export async function extractMember(zipFile: string, suffix: string, to: string): Promise<void> {
  const file = await open(zipFile, 'r')
  try {
    const found = (await readEntries(file)).filter((entry) => entry.name.endsWith(suffix))
    const entry = found[0]
    if (entry === undefined || found.length > 1) throw new Error(`${found.length} members end with ${suffix}`)
    if (entry.method !== STORED && entry.method !== DEFLATED) throw new Error(`unknown compression ${entry.method}`)
    const local = await readBytes(file, entry.localOffset, LOCAL_BYTES)
    const start = entry.localOffset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28)
    const source = createReadStream(zipFile, { start, end: start + entry.compressedBytes - 1 })
    const target = createWriteStream(to, { mode: 0o755, flush: true })
    if (entry.method === STORED) await pipeline(source, target)
    else await pipeline(source, createInflateRaw(), target)
    if (target.bytesWritten !== entry.bytes) throw new Error(`${entry.name} has another length than listed`)
  } finally {
    await file.close()
  }
}

async function readEntries(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat()
  const tailBytes = Math.min(size, END_BYTES + COMMENT_MAX_BYTES)
  const tail = await readBytes(file, size - tailBytes, tailBytes)
  let end = tail.length - END_BYTES
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--
  if (end < 0) throw new Error('not a zip file')
  const count = tail.readUInt16LE(end + 10)
  const directory = await readBytes(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))

  const entries: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error('broken zip directory')
    const nameBytes = directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      localOffset: directory.readUInt32LE(at + 42),
    })
    at += ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new Error('the zip file ends early')
  return buffer
}
