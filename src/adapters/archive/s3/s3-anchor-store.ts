import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { PalimpsestError } from '../../../errors.ts'
import type { AnchorStore } from '../../../ports/anchor-store.ts'

export interface S3AnchorStoreOptions {
  bucket: string
  region: string
  /** Null: AWS. Otherwise an S3-compatible server, addressed by path. */
  endpoint: string | null
  /** Before every name, e.g. `anchors/`. */
  prefix: string
}

/**
 * Anchors in a bucket with versions and Object Lock. Each is put with `If-None-Match: *`, its own SHA-256 and a lock in
 * compliance mode, which is read back: without it nothing counts as anchored. In such a bucket a later version or a delete
 * marker may hide an object but cannot remove it, so what counts is always the oldest version of a name. Credentials are
 * found by the AWS SDK.
 */
export function openS3AnchorStore(options: S3AnchorStoreOptions): AnchorStore & { close(): void } {
  const { bucket, prefix } = options
  const client = new S3Client({
    region: options.region,
    ...(options.endpoint !== null && { endpoint: options.endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
  })

  async function oldestVersion(key: string): Promise<string | undefined> {
    let oldest: string | undefined
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {}
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...marker }))
      for (const version of page.Versions ?? []) if (version.Key === key) oldest = version.VersionId
      if (!page.IsTruncated || page.NextKeyMarker !== key) return oldest
      marker = { KeyMarker: key, ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }) }
    }
  }

  return {
    async put(name, bytes, retainUntil) {
      const key = `${prefix}${name}`
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: 'application/json',
        IfNoneMatch: '*',
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(retainUntil),
      })
      const version = await client.send(put).then(
        (stored) => stored.VersionId,
        (error: unknown) => {
          if (isStatus(error, 412) || isStatus(error, 409)) return null
          throw isStatus(error, 400) ? notLocked(error) : error
        },
      )
      if (version === null) return 'exists'
      const head = await client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key, ...(version && { VersionId: version }) }),
      )
      const until = head.ObjectLockRetainUntilDate?.getTime() ?? 0
      // A store may keep whole seconds.
      if (head.ObjectLockMode !== 'COMPLIANCE' || until < retainUntil - 1000) throw notLocked()
      return (await oldestVersion(key)) === version ? 'stored' : 'exists'
    },

    async get(name) {
      const key = `${prefix}${name}`
      const version = await oldestVersion(key)
      if (version === undefined) return undefined
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
      return object.Body?.transformToByteArray()
    },

    close() {
      client.destroy()
    },
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status
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
