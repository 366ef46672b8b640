import type { Readable } from 'node:stream'
import {
  GetObjectCommand,
  type HeadObjectCommandOutput,
  type InvalidObjectState,
  RestoreObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { writeVerified } from '../write-verified.ts'
import { statusOf } from './connect.ts'
import type { VersionPlace } from './holds.ts'

/** Days that a restored copy stays readable. */
const RESTORED_DAYS = 7
const COLD_CLASSES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE', 'INTELLIGENT_TIERING']

/**
 * Copies a version to a file, with the SHA-256 it has to have. Whoever asks tries again.
 * `pending`: it lies in a class from which it has to be restored; that has been asked for.
 */
export async function download(
  client: S3Client,
  place: VersionPlace,
  path: string,
  sha256: Uint8Array,
  stallMs: number,
): Promise<'there' | 'pending'> {
  try {
    const { Body } = await client.send(new GetObjectCommand(place))
    const stream = Body as Readable
    // What breaks before anybody reads is told to whoever reads then.
    stream.on('error', () => undefined)
    await writeVerified(withinTime(stream, stallMs), path, sha256)
    return 'there'
  } catch (error) {
    if (!isCold(error)) throw error
    await askForRestore(client, place, error)
    return 'pending'
  }
}

/** Where the class alone does not say it, the store is asked for one byte: other servers than AWS read every class at once. */
export async function isReadable(
  client: S3Client,
  place: VersionPlace,
  head: HeadObjectCommandOutput,
): Promise<'now' | 'restoring' | 'cold'> {
  if (head.Restore?.includes('ongoing-request="true"')) return 'restoring'
  if (head.Restore?.includes('ongoing-request="false"')) return 'now'
  if (!COLD_CLASSES.includes(head.StorageClass ?? '')) return 'now'
  try {
    const { Body } = await client.send(new GetObjectCommand({ ...place, Range: 'bytes=0-0' }))
    ;(Body as Readable).destroy()
    return 'now'
  } catch (error) {
    if (isCold(error)) return 'cold'
    throw error
  }
}

async function askForRestore(
  client: S3Client,
  place: VersionPlace,
  { StorageClass }: InvalidObjectState,
): Promise<void> {
  const standard = { GlacierJobParameters: { Tier: 'Standard' as const } }
  // What is tiered goes back to where it was, and not for some days only.
  const RestoreRequest = StorageClass === 'INTELLIGENT_TIERING' ? standard : { ...standard, Days: RESTORED_DAYS }
  try {
    await client.send(new RestoreObjectCommand({ ...place, RestoreRequest }))
  } catch (error) {
    // It was asked for before.
    if (statusOf(error) === 409) return
    throw error
  }
}

function isCold(error: unknown): error is InvalidObjectState {
  return error instanceof S3ServiceException && error.name === 'InvalidObjectState'
}

/** Ends a stream from which nothing comes for a while. */
async function* withinTime(source: Readable, stallMs: number): AsyncIterable<Uint8Array> {
  const stalled = () => source.destroy(Object.assign(new Error('nothing comes any more'), { code: 'ETIMEDOUT' }))
  let timer = setTimeout(stalled, stallMs)
  try {
    for await (const chunk of source) {
      clearTimeout(timer)
      yield chunk as Uint8Array
      timer = setTimeout(stalled, stallMs)
    }
  } finally {
    clearTimeout(timer)
    source.destroy()
  }
}
