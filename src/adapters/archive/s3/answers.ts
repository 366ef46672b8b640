import { S3ServiceException } from '@aws-sdk/client-s3'
import { PalimpsestError } from '../../../errors.ts'
import { storeAway, storeFull, storeRefused, storeUnfit } from '../store-errors.ts'
import { statusOf } from './connect.ts'

/** What a store's failure means to whoever asked. */
export function meaningOf(error: unknown): unknown {
  if (error instanceof PalimpsestError || error instanceof RangeError) return error
  const status = statusOf(error)
  const name = error instanceof Error ? error.name : ''
  if (status === 507 || ['QuotaExceeded', 'InsufficientCapacity', 'XMinioStorageFull'].includes(name))
    return storeFull(error)
  if (name === 'CredentialsProviderError' || status === 403 || status === 401) return storeRefused(error)
  if (name === 'NoSuchBucket')
    return storeUnfit('The bucket of S3_BUCKET does not exist: make it, with Object Lock.', error)
  if (status === null || mayPass(status)) return isFromNetwork(error) ? storeAway(error) : error
  return storeRefused(error)
}

/** Whether the same may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PalimpsestError) return false
  const status = statusOf(error)
  return status === null ? isFromNetwork(error) : mayPass(status)
}

function mayPass(status: number): boolean {
  return (status >= 500 && status !== 507 && status !== 501) || status === 429 || status === 408
}

/** An answer that cannot be read counts as none. */
function isFromNetwork(error: unknown): boolean {
  if (error instanceof S3ServiceException) return true
  const { code, name, path } = (error ?? {}) as NodeJS.ErrnoException
  if (path !== undefined) return false
  return code !== undefined || ['TimeoutError', 'AbortError', 'SyntaxError', 'Error'].includes(String(name))
}
