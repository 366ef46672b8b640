import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { LifecycleRule } from '../../../domain/retention/lifecycle.ts'
import type { ArchivedObject, ArchiveFile, ArchiveStore, PutOptions } from '../../../ports/archive-store.ts'
import { checkName } from '../object-names.ts'
import { changed, conflict, missing, notLocked, restorePending, storeUnfit } from '../store-errors.ts'
import { isPassing, meaningOf } from './answers.ts'
import { connectS3, S3_LIMITS, type S3Clients, type S3Limits, type S3Place, statusOf } from './connect.ts'
import { download, isReadable } from './download.ts'
import { examineBucket } from './fitness.ts'
import { isKept, isLockedUntil, lock, setHold, type VersionPlace } from './holds.ts'
import { applyRules, compareWith } from './lifecycle-store.ts'
import { PART_BYTES, SHA256_KEY, upload } from './upload.ts'
import { abortUploads } from './uploads-left.ts'
import { keysOf, oldestVersion, versionsOf } from './versions.ts'

export interface S3ArchiveOptions extends S3Place {
  limits?: S3Limits
  /** Objects above it go up in parts of it. */
  partBytes?: number
}

const ATTEMPTS = 4
const FIRST_PAUSE_MS = 250
/** An upload that is older belongs to nobody any more. */
const UPLOAD_LIVES_MS = 86_400_000

/**
 * An archive in a bucket with versions and Object Lock. A name is put once, with `If-None-Match: *`, checksums and the SHA-256 as
 * metadata, and read back. What counts is the oldest version of a name, so nothing that comes later takes its place, also
 * where a server does not heed `If-None-Match`, and a delete marker hides nothing. Where the answer to a put is lost, the store is looked at
 * before anything is put again. Credentials are found by the AWS SDK.
 */
export class S3ArchiveStore implements ArchiveStore {
  readonly #options: Required<S3ArchiveOptions>
  readonly #s3: S3Clients

  constructor(options: S3ArchiveOptions) {
    this.#options = { limits: S3_LIMITS, partBytes: PART_BYTES, ...options }
    this.#s3 = connectS3(options, this.#options.limits)
  }

  /** Looks only. @throws as `check` does. */
  async examine(): Promise<void> {
    const examined = await examineBucket(this.#s3.client, this.#options.bucket, 'archive').catch(fail)
    if ('unfit' in examined) throw storeUnfit(examined.unfit, examined.cause)
    if (examined.lock.Rule?.DefaultRetention !== undefined) throw storeUnfit(LOCKS_ALL)
  }

  /** Takes back, too, what uploads left that nobody can be at any more. */
  async check(): Promise<void> {
    await this.examine()
    const { client } = this.#s3
    const { bucket, prefix } = this.#options
    await abortUploads(client, bucket, prefix, (_, begunAt) => begunAt < Date.now() - UPLOAD_LIVES_MS).catch(fail)
  }

  async put(name: string, file: ArchiveFile, { lockUntil }: PutOptions): Promise<'stored' | 'exists'> {
    const key = this.#key(name)
    for (let attempt = 1; ; attempt++) {
      try {
        const outcome = await this.#putOnce(key, file, lockUntil)
        if (outcome !== null) return outcome
        if (attempt === ATTEMPTS) throw conflict()
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) throw meaningOf(error)
      }
      await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2))
    }
  }

  async stat(name: string): Promise<ArchivedObject | undefined> {
    const key = this.#key(name)
    try {
      const place = await this.#oldest(key)
      const head = place && (await this.#head(place))
      if (place === undefined || head === undefined) return undefined
      return {
        bytes: head.ContentLength ?? 0,
        sha256: sha256Of(head),
        readable: await isReadable(this.#s3.client, place, head),
        storageClass: head.StorageClass ?? 'STANDARD',
        lockedUntil: head.ObjectLockMode === undefined ? null : (head.ObjectLockRetainUntilDate?.getTime() ?? null),
        onHold: head.ObjectLockLegalHoldStatus === 'ON',
      }
    } catch (error) {
      throw meaningOf(error)
    }
  }

  async fetch(name: string, path: string, sha256: Uint8Array): Promise<void> {
    const key = this.#key(name)
    for (let attempt = 1; ; attempt++) {
      try {
        const place = await this.#oldest(key)
        if (place === undefined) throw missing()
        const outcome = await download(this.#s3.writer, place, path, sha256, this.#options.limits.answerMs)
        if (outcome === 'pending') throw restorePending()
        return
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) throw meaningOf(error)
      }
      await sleep(FIRST_PAUSE_MS * 2 ** attempt)
    }
  }

  async remove(name: string): Promise<'removed' | 'absent' | 'locked'> {
    const { client } = this.#s3
    const Bucket = this.#options.bucket
    const Key = this.#key(name)
    try {
      await abortUploads(client, Bucket, Key, (key) => key === Key)
      const versions = await versionsOf(client, Bucket, Key)
      for (const { id: VersionId, isMarker } of versions) {
        const head = isMarker ? undefined : await this.#head({ Bucket, Key, VersionId })
        if (head !== undefined && isKept(head)) return 'locked'
      }
      // The newest first: what counts stays until the last step.
      for (const { id: VersionId, isMarker } of versions) {
        const gone = await this.#removeVersion({ Bucket, Key, VersionId }, isMarker)
        if (!gone) return 'locked'
      }
      return versions.some(({ isMarker }) => !isMarker) ? 'removed' : 'absent'
    } catch (error) {
      throw meaningOf(error)
    }
  }

  async hold(name: string, on: boolean): Promise<void> {
    const key = this.#key(name)
    try {
      const place = await this.#oldest(key)
      if (place === undefined) throw missing()
      await setHold(this.#s3.client, place, on)
      const head = await this.#head(place)
      if (head === undefined) throw missing()
      if ((head.ObjectLockLegalHoldStatus === 'ON') !== on) throw notLocked()
    } catch (error) {
      throw meaningOf(error)
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    const { bucket, prefix: before } = this.#options
    try {
      for await (const key of keysOf(this.#s3.client, bucket, `${before}${prefix}`)) yield key.slice(before.length)
    } catch (error) {
      throw meaningOf(error)
    }
  }

  async applyLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]> {
    return applyRules({ ...this.#options, client: this.#s3.client }, rules).catch(fail)
  }

  async compareLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]> {
    return compareWith({ ...this.#options, client: this.#s3.client }, rules).catch(fail)
  }

  close(): void {
    this.#s3.close()
  }

  #key(name: string): string {
    checkName(name)
    return `${this.#options.prefix}${name}`
  }

  async #oldest(Key: string): Promise<VersionPlace | undefined> {
    const Bucket = this.#options.bucket
    const VersionId = await oldestVersion(this.#s3.client, Bucket, Key)
    return VersionId === undefined ? undefined : { Bucket, Key, VersionId }
  }

  /** Undefined: there is no such version. */
  async #head(place: VersionPlace): Promise<HeadObjectCommandOutput | undefined> {
    try {
      return await this.#s3.client.send(new HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }))
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  /** Null: somebody else came between; what there is now is to be looked at. */
  async #putOnce(key: string, file: ArchiveFile, lockUntil: number | null): Promise<'stored' | 'exists' | null> {
    const { client, writer } = this.#s3
    const { bucket, partBytes, limits } = this.#options
    const { uploadMs } = limits
    const standing = await this.#oldest(key)
    if (standing !== undefined) return (await this.#isThis(standing, file, lockUntil)) ? 'exists' : null
    const VersionId = await upload({ client, writer, bucket, key, file, lockUntil, partBytes, uploadMs })
    if (VersionId === null) return null
    const own = { Bucket: bucket, Key: key, VersionId }
    if ((await this.#oldest(key))?.VersionId === VersionId)
      return (await this.#isThis(own, file, lockUntil)) ? 'stored' : null
    // The first one counts. Ours goes where it is not locked.
    await writer.send(new DeleteObjectCommand(own)).catch(() => undefined)
    return null
  }

  /**
   * Whether a version is there with these very bytes, as far as the store tells, and under the lock that was asked for.
   * @throws PalimpsestError `archive_conflict`, `archive_not_locked`
   */
  async #isThis(place: VersionPlace, file: ArchiveFile, lockUntil: number | null): Promise<boolean> {
    const head = await this.#head(place)
    if (head === undefined) return false
    const stored = head.Metadata?.[SHA256_KEY]
    if (stored !== Buffer.from(file.sha256).toString('hex') || head.ContentLength !== file.bytes) throw conflict()
    if (lockUntil === null || isLockedUntil(head, lockUntil)) return true
    await lock(this.#s3.client, place, lockUntil).catch((cause: unknown) => {
      throw isPassing(cause) ? cause : notLocked(cause)
    })
    const again = await this.#head(place)
    if (again === undefined || !isLockedUntil(again, lockUntil)) throw notLocked()
    return true
  }

  /** False: it is locked or on hold. */
  async #removeVersion(place: VersionPlace, isMarker: boolean): Promise<boolean> {
    try {
      await this.#s3.client.send(new DeleteObjectCommand(place))
      return true
    } catch (error) {
      if (statusOf(error) !== 403 || isMarker) throw error
      const head = await this.#head(place)
      if (head !== undefined && isKept(head)) return false
      throw error
    }
  }
}

const LOCKS_ALL =
  'The bucket of S3_BUCKET locks every object by default, so nobody could be erased from the archive: take the default ' +
  'retention away; what has to be locked is locked by the gateway.'

function fail(error: unknown): never {
  throw meaningOf(error)
}

function sha256Of({ Metadata }: HeadObjectCommandOutput): Buffer {
  const stored = Metadata?.[SHA256_KEY] ?? ''
  if (!/^[0-9a-f]{64}$/.test(stored)) throw changed()
  return Buffer.from(stored, 'hex')
}
