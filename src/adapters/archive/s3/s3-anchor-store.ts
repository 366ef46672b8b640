import { createHash } from 'node:crypto'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { PalimpsestError } from '../../../errors.ts'
import type { AnchorStore } from '../../../ports/anchor-store.ts'
import { connectS3, type S3Place, statusOf } from './connect.ts'
import { examineBucket } from './fitness.ts'
import { oldestVersion } from './versions.ts'

/**
 * Anchors in a bucket with versions and Object Lock. A name that has a version is never put again; a new one is put in one
 * try with `If-None-Match: *`, its checksums and a lock in compliance mode, which is read back: without it nothing counts as
 * anchored. In such a bucket a later version or a delete marker may hide an object but cannot remove it, so what counts is
 * always the oldest version of a name, also where a server does not heed `If-None-Match`. Credentials are found by the AWS
 * SDK.
 */
export function openS3AnchorStore(options: S3Place): AnchorStore & { close(): void } {
  const { bucket, prefix } = options
  const { client, writer, close } = connectS3(options)

  /** The version's id; null: there is an object of this name. */
  async function putLocked(key: string, bytes: Uint8Array, retainUntil: number): Promise<string | null> {
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentType: key.endsWith('.json') ? 'application/json' : 'application/octet-stream',
      IfNoneMatch: '*',
      ContentMD5: createHash('md5').update(bytes).digest('base64'),
      ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date(retainUntil),
    })
    try {
      const { VersionId } = await writer.send(put)
      if (VersionId === undefined) throw notLocked()
      return VersionId
    } catch (error) {
      const status = statusOf(error)
      if (status === 412 || status === 409) return null
      throw status === 400 ? notLocked(error) : error
    }
  }

  return {
    async check() {
      const examined = await examineBucket(client, bucket, 'anchors')
      if ('unfit' in examined) throw unfit(examined.unfit, examined.cause)
    },

    async put(name, bytes, retainUntil) {
      const key = `${prefix}${name}`
      if ((await oldestVersion(client, bucket, key)) !== undefined) return 'exists'
      const version = await putLocked(key, bytes, retainUntil)
      if (version === null) return 'exists'
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
      const until = head.ObjectLockRetainUntilDate?.getTime() ?? 0
      // A store may keep whole seconds.
      if (head.ObjectLockMode !== 'COMPLIANCE' || until < retainUntil - 1000) throw notLocked()
      return (await oldestVersion(client, bucket, key)) === version ? 'stored' : 'exists'
    },

    async get(name) {
      const key = `${prefix}${name}`
      const version = await oldestVersion(client, bucket, key)
      if (version === undefined) return undefined
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
      return object.Body?.transformToByteArray()
    },

    close,
  }
}

function unfit(message: string, cause?: unknown): PalimpsestError {
  return new PalimpsestError({ code: 'anchor_store_unfit', status: 503, message, cause })
}

function notLocked(cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'anchor_not_locked',
    status: 503,
    message:
      'The bucket did not lock the anchor in compliance mode: make the bucket with Object Lock, and allow PutObject, ' +
      'PutObjectRetention, GetObjectVersion, GetObjectRetention and ListBucketVersions.',
    cause,
  })
}
