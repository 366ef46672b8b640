import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { ZipWriter } from './zip-writer.ts'

/** The end of a file as ZipWriter writes it: the directory's end in 64 bits, its locator, the old end. */
const END_BYTES = 56 + 20 + 22
const END_64 = 0x06064b50

/** A zip file that ZipWriter wrote, with more members behind the ones it has: those are copied as they are, nothing is packed again. */
export async function* appendMembers(
  path: string,
  members: readonly { name: string; bytes: Uint8Array }[],
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  const old = await readDirectory(file).finally(() => file.close())
  if (old.start > 0) yield* createReadStream(path, { end: old.start - 1, highWaterMark: 1 << 20 })
  const writer = ZipWriter.behind(old)
  for (const { name, bytes } of members) yield* writer.member(name, [bytes])
  yield writer.end()
}

async function readDirectory(file: FileHandle): Promise<{ start: number; count: number; directory: Buffer }> {
  const { size } = await file.stat()
  const end = await part(file, Math.max(0, size - END_BYTES), END_BYTES)
  if (end.readUInt32LE(0) !== END_64) throw new Error('this is no zip file of ZipWriter')
  const [count, length, start] = [24, 40, 48].map((at) => Number(end.readBigUInt64LE(at))) as [number, number, number]
  if (start + length + END_BYTES !== size) throw new Error('the zip file has another length than it says')
  return { start, count, directory: await part(file, start, length) }
}

async function part(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read({ buffer: bytes, position, length })
  if (bytesRead !== length) throw new Error('the zip file ends too early')
  return bytes
}
