import { PalimpsestError } from '../../errors.ts'

/** What is the same whatever an archive lies in. Messages name no object: names hold tenants. */
export function conflict(): PalimpsestError {
  return of(
    'archive_conflict',
    'An object of that name stands in the archive with other bytes: find out who wrote it; it is left as it is.',
  )
}

export function missing(): PalimpsestError {
  return of('archive_object_missing', 'The archive has no object of that name: restore it from a copy of the store.')
}

export function changed(): PalimpsestError {
  return of(
    'archive_object_changed',
    'The archive gave other bytes than those that were put: find out who changed the object, and restore it from a copy.',
  )
}

export function restorePending(): PalimpsestError {
  return of(
    'archive_restore_pending',
    'The object lies in a class from which it has to be restored; that has been asked for: try again in some hours.',
    undefined,
    RESTORE_AFTER_S,
  )
}

export function fileChanged(cause?: unknown): PalimpsestError {
  return of(
    'archive_file_changed',
    'The file to be stored could not be read or is not what it was: make it again, and store it then.',
    cause,
  )
}

export function storeFull(cause?: unknown): PalimpsestError {
  return of('archive_store_full', 'The archive has no room left: make room, and try again; nothing was stored.', cause)
}

export function diskFull(cause?: unknown): PalimpsestError {
  return of('archive_disk_full', 'The disk to which an archived object is copied is full: make room.', cause)
}

export function storeUnfit(message: string, cause?: unknown): PalimpsestError {
  return of('archive_store_unfit', message, cause)
}

export function storeAway(cause?: unknown): PalimpsestError {
  return of('archive_store_away', 'The archive store does not answer: make it reachable; it is tried again.', cause)
}

export function storeRefused(cause?: unknown): PalimpsestError {
  return of(
    'archive_store_refused',
    'The archive store refuses what is asked of it: allow its credentials what docs/operations.md lists.',
    cause,
  )
}

export function notLocked(cause?: unknown): PalimpsestError {
  return of(
    'archive_not_locked',
    'The archive store did not lock or hold an object as it was asked to: see docs/operations.md, Archive store.',
    cause,
  )
}

/** No room on a file system, or no more allowed. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((error as NodeJS.ErrnoException | null)?.code))
}

/** Seconds after which it is worth another try: restores take from minutes to half a day. */
const RESTORE_AFTER_S = 3_600

function of(code: string, message: string, cause?: unknown, retryAfterSeconds?: number): PalimpsestError {
  const waiting = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return new PalimpsestError({ code, status: 503, message, cause, ...waiting })
}
