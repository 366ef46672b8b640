import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { ArchiveFile } from '../../../ports/archive-store.ts'
import { fileChanged } from '../store-errors.ts'
import { statusOf } from './connect.ts'

/** Objects above it go up in parts of it. AWS takes 10,000 parts at most, so 160 GB. */
export const PART_BYTES = 16 * 1024 * 1024
/** Metadata with the SHA-256 of an object, in hex, whatever the store computes itself. */
export const SHA256_KEY = 'palimpsest-sha256'
export const EXPIRY_TAG = 'palimpsest-expiry'

export interface Upload {
  /** For what may be done twice. */
  client: S3Client
  /** In one try. */
  writer: S3Client
  bucket: string
  key: string
  file: ArchiveFile
  lockUntil: number | null
  partBytes: number
  /** Milliseconds that a piece has to arrive and be answered. */
  uploadMs: number
}

/**
 * Puts a file as a new version with `If-None-Match: *`. Gives the version's id; null: the store has an object of that key.
 * @throws PalimpsestError `archive_file_changed` where the file is not what it is said to be: nothing is stored then.
 */
export async function upload(one: Upload): Promise<string | null> {
  const file = await open(one.file.path).catch((cause: unknown) => {
    throw fileChanged(cause)
  })
  try {
    const { VersionId } = one.file.bytes <= one.partBytes ? await putWhole(one, file) : await putParts(one, file)
    return VersionId ?? 'null'
  } catch (error) {
    const status = statusOf(error)
    if (status === 412 || status === 409) return null
    throw error
  } finally {
    await file.close()
  }
}

async function putWhole(one: Upload, file: FileHandle): Promise<{ VersionId?: string | undefined }> {
  const hash = createHash('sha256')
  const bytes = await readPiece(file, 0, one.file.bytes, hash)
  await checkSource(one.file, file, hash)
  const put = new PutObjectCommand({
    ...headOf(one),
    Body: bytes,
    IfNoneMatch: '*',
    ...checksums(bytes),
  })
  return one.writer.send(put, { requestTimeout: one.uploadMs })
}

async function putParts(one: Upload, file: FileHandle): Promise<{ VersionId?: string | undefined }> {
  const { client, writer, bucket, key } = one
  const created = await client.send(new CreateMultipartUploadCommand({ ...headOf(one), ChecksumAlgorithm: 'SHA256' }))
  const place = { Bucket: bucket, Key: key, UploadId: created.UploadId }
  let mayBeDone = false
  try {
    const Parts = await putPieces(one, file, place)
    const complete = { ...place, MultipartUpload: { Parts }, IfNoneMatch: '*' }
    return await writer
      .send(new CompleteMultipartUploadCommand(complete), { requestTimeout: one.uploadMs })
      .catch((error: unknown) => {
        mayBeDone = statusOf(error) === null
        throw error
      })
  } catch (error) {
    // What cannot be taken back now goes at a later check, with the object, or by the lifecycle rule.
    if (!mayBeDone) await client.send(new AbortMultipartUploadCommand(place)).catch(() => undefined)
    throw error
  }
}

type UploadPlace = { Bucket: string; Key: string; UploadId: string | undefined }

async function putPieces(one: Upload, file: FileHandle, place: UploadPlace): Promise<CompletedPart[]> {
  const hash = createHash('sha256')
  const parts: CompletedPart[] = []
  for (let from = 0; from < one.file.bytes; from += one.partBytes) {
    const bytes = await readPiece(file, from, Math.min(one.partBytes, one.file.bytes - from), hash)
    const PartNumber = parts.length + 1
    const sums = checksums(bytes)
    const part = new UploadPartCommand({ ...place, PartNumber, Body: bytes, ...sums })
    const { ETag } = await one.client.send(part, { requestTimeout: one.uploadMs })
    parts.push({ ETag, PartNumber, ChecksumSHA256: sums.ChecksumSHA256 })
  }
  await checkSource(one.file, file, hash)
  return parts
}

function headOf({ bucket, key, file, lockUntil }: Upload) {
  return {
    Bucket: bucket,
    Key: key,
    ContentType: key.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    Metadata: { [SHA256_KEY]: Buffer.from(file.sha256).toString('hex') },
    // Ceph 16 forgets it where an object goes up in parts. Put later it would keep that server from ever moving the object to a
    // colder class, so there only the gateway removes such objects.
    Tagging: `${EXPIRY_TAG}=due`,
    ...(lockUntil !== null && {
      ObjectLockMode: 'COMPLIANCE' as const,
      ObjectLockRetainUntilDate: new Date(lockUntil),
    }),
  }
}

function checksums(bytes: Uint8Array): { ContentMD5: string; ChecksumSHA256: string } {
  return {
    ContentMD5: createHash('md5').update(bytes).digest('base64'),
    ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
  }
}

async function readPiece(file: FileHandle, from: number, length: number, hash: Hash): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, from + read).catch((cause: unknown) => {
      throw fileChanged(cause)
    })
    if (bytesRead === 0) throw fileChanged()
    read += bytesRead
  }
  hash.update(bytes)
  return bytes
}

async function checkSource(asked: ArchiveFile, file: FileHandle, hash: Hash): Promise<void> {
  if (!hash.digest().equals(asked.sha256) || (await file.stat()).size !== asked.bytes) throw fileChanged()
}
