import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type ObjectLockConfiguration,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { statusOf } from './connect.ts'

const NO_LOCK = {
  anchors:
    'The bucket of S3_BUCKET has no Object Lock with versions, so an anchor in it could be removed: make a bucket with ' +
    'Object Lock, which is turned on when a bucket is made.',
  archive:
    'The bucket of S3_BUCKET has no Object Lock with versions, so the archive could not keep what is on hold: make a ' +
    'bucket with Object Lock, which is turned on when a bucket is made.',
} as const

/**
 * Asks whether a bucket has versions and Object Lock. Gives a sentence where it has not, or its lock's configuration.
 * @throws what the client throws where the store may be fit and is away.
 */
export async function examineBucket(
  client: S3Client,
  bucket: string,
  use: keyof typeof NO_LOCK,
): Promise<{ unfit: string; cause?: unknown } | { lock: ObjectLockConfiguration }> {
  try {
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
    const { ObjectLockConfiguration: lock } = await client.send(
      new GetObjectLockConfigurationCommand({ Bucket: bucket }),
    )
    if (versioning.Status === 'Enabled' && lock?.ObjectLockEnabled === 'Enabled') return { lock }
    return { unfit: NO_LOCK[use] }
  } catch (cause) {
    const unfit = whyUnfit(cause, NO_LOCK[use])
    if (unfit === null) throw cause
    return { unfit, cause }
  }
}

/** Null: the store may be fit and is away. */
function whyUnfit(error: unknown, noLock: string): string | null {
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return 'There are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another way of the AWS SDK.'
  const status = statusOf(error)
  if (error instanceof S3ServiceException && error.name === 'ObjectLockConfigurationNotFoundError') return noLock
  if (status === 404) return 'The bucket of S3_BUCKET does not exist: make it, with Object Lock.'
  if (status === 403)
    return (
      'The credentials for S3 may not look at the bucket of S3_BUCKET: allow GetBucketVersioning and ' +
      'GetBucketObjectLockConfiguration, and what docs/operations.md lists.'
    )
  if (status === 301 || status === 400)
    return 'S3 refuses the question for S3_BUCKET: correct S3_REGION and S3_ENDPOINT.'
  if (status === 501) return noLock
  return null
}
