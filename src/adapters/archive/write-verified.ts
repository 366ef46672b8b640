import { createHash, randomBytes } from 'node:crypto'
import { link, open, rm } from 'node:fs/promises'
import { changed, diskFull, isFull } from './store-errors.ts'

/**
 * Writes a stream to `path`, which must not exist, and lets it appear there only whole and with the SHA-256 it has to have.
 * It is not synced: what is fetched is scratch, or a copy that every process verifies before it reads it.
 * @throws PalimpsestError `archive_object_changed`, `archive_disk_full`; what the stream throws.
 */
export async function writeVerified(
  source: AsyncIterable<Uint8Array>,
  path: string,
  sha256: Uint8Array,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const hash = await copy(source, temporary, { synced: false })
    if (!hash.equals(sha256)) throw changed()
    await link(temporary, path)
  } catch (error) {
    throw isFull(error) ? diskFull(error) : error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Writes a stream to a new file (0600, or `mode`) and where `synced` to the disk below it; gives its SHA-256. */
export async function copy(
  source: AsyncIterable<Uint8Array>,
  path: string,
  { synced, mode = 0o600 }: { synced: boolean; mode?: number },
): Promise<Buffer> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', mode)
  try {
    for await (const chunk of source) {
      hash.update(chunk)
      for (let written = 0; written < chunk.length; ) {
        written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
      }
    }
    if (synced) await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest()
}

const PIECE_BYTES = 1 << 20

/** The bytes of a file, opened when the first are asked for. Each piece is good until the next one is asked for. */
export async function* bytesOf(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, null)
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

export async function sha256Of(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(path)) hash.update(chunk)
  return hash.digest()
}
