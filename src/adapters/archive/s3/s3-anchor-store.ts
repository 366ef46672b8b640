import { createHash } from 'node:crypto'
import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
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

const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 30_000
const READ_ATTEMPTS = 4

/**
 * Anchors in a bucket with versions and Object Lock. A name that has a version is never put again; a new one is put in one
 * try with `If-None-Match: *`, its checksums and a lock in compliance mode, which is read back: without it nothing counts as
 * anchored. In such a bucket a later version or a delete marker may hide an object but cannot remove it, so what counts is
 * always the oldest version of a name, also where a server does not heed `If-None-Match`. Credentials are found by the AWS
 * SDK.
 */
export function openS3AnchorStore(options: S3AnchorStoreOptions): AnchorStore & { close(): void } {
  const { bucket, prefix } = options
  const settings = {
    region: options.region,
    ...(options.endpoint !== null && { endpoint: options.endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: ANSWER_WITHIN_MS,
      throwOnRequestTimeout: true,
    },
  } as const
  const client = new S3Client({ ...settings, maxAttempts: READ_ATTEMPTS })
  // A put whose answer was lost may have been carried out: whoever tries again looks first.
  const writer = new S3Client({ ...settings, maxAttempts: 1 })

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
      try {
        const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
        const lock = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
        const locks = lock.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled'
        if (versioning.Status !== 'Enabled' || !locks) throw unfit(NO_LOCK)
      } catch (error) {
        const reason = whyUnfit(error)
        throw reason === null ? error : unfit(reason, error)
      }
    },

    async put(name, bytes, retainUntil) {
      const key = `${prefix}${name}`
      if ((await oldestVersion(key)) !== undefined) return 'exists'
      const version = await putLocked(key, bytes, retainUntil)
      if (version === null) return 'exists'
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
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
      writer.destroy()
    },
  }
}

const NO_LOCK =
  'The bucket of S3_BUCKET has no Object Lock with versions, so an anchor in it could be removed: make a bucket with ' +
  'Object Lock, which is turned on when a bucket is made.'

function statusOf(error: unknown): number | null {
  return error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? null) : null
}

/** Null: the store may be fit and is away. */
function whyUnfit(error: unknown): string | null {
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return 'There are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another way of the AWS SDK.'
  const status = statusOf(error)
  if (error instanceof S3ServiceException && error.name === 'ObjectLockConfigurationNotFoundError') return NO_LOCK
  if (status === 404) return 'The bucket of S3_BUCKET does not exist: make it, with Object Lock.'
  if (status === 403)
    return (
      'The credentials for S3 may not look at the bucket of S3_BUCKET: allow GetBucketVersioning and ' +
      'GetBucketObjectLockConfiguration, and what docs/operations.md lists.'
    )
  if (status === 301 || status === 400)
    return 'S3 refuses the question for S3_BUCKET: correct S3_REGION and S3_ENDPOINT.'
  if (status === 501) return NO_LOCK
  return null
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
