import type { LifecycleRule } from '../domain/retention/lifecycle.ts'

/** An object that is to be stored, as a file on this machine. */
export interface ArchiveFile {
  path: string
  bytes: number
  sha256: Uint8Array
}

export interface PutOptions {
  /** Milliseconds since the Unix epoch until which nobody may remove it: proofs only. Null: it may be removed. */
  lockUntil: number | null
}

export interface ArchivedObject {
  bytes: number
  /** As stored beside the object when it was put. */
  sha256: Uint8Array
  /** `restoring`: asked for, not there yet. `cold`: it has to be asked for. */
  readable: 'now' | 'restoring' | 'cold'
  /** The store's own name of where it lies, e.g. `STANDARD`, `GLACIER_IR`. */
  storageClass: string
  lockedUntil: number | null
  onHold: boolean
}

/**
 * Where archives lie. Duties: an object is written once, whole and durably before `put` resolves, under its own SHA-256, and
 * never replaced; where an upload is torn nothing of that name is read; `fetch` gives the bytes that were put or fails, whatever
 * the store answers. Names are `[A-Za-z0-9][A-Za-z0-9./_-]*`, `/` between folders, no `.` or `..` as a folder. Safe for concurrent
 * use, also by several processes.
 */
export interface ArchiveStore {
  /**
   * Asks whether the store can do what is asked of it, before anything is written.
   * @throws PalimpsestError `archive_store_unfit` where it never will; anything else where it is away.
   */
  check(): Promise<void>
  /**
   * `exists`: an object with these very bytes stands there already.
   * @throws PalimpsestError `archive_conflict` where an object of that name has other bytes: it is left as it is.
   */
  put(name: string, file: ArchiveFile, options: PutOptions): Promise<'stored' | 'exists'>
  /** Undefined: there is no such object. */
  stat(name: string): Promise<ArchivedObject | undefined>
  /**
   * Copies an object to `path`, which must not exist.
   * @throws PalimpsestError `archive_object_missing`, `archive_object_changed` (other bytes than `sha256`) or
   * `archive_restore_pending` (it lies in a class from which it has to be restored; that has been asked for).
   */
  fetch(name: string, path: string, sha256: Uint8Array): Promise<void>
  /** Removes all its versions. What is locked or on hold stays. */
  remove(name: string): Promise<'removed' | 'absent' | 'locked'>
  /** From now on neither `remove` nor a lifecycle rule takes it; or they may again. */
  hold(name: string, on: boolean): Promise<void>
  /** Names that begin with `prefix`, in order. */
  list(prefix: string): AsyncIterable<string>
  /** Replaces this archive's rules, reads them back. Gives what stands there that differs from what was asked: none is well. */
  applyLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]>
  /** The rules of this archive that are in force, as `applyLifecycle` compares them; a difference is a sentence. */
  compareLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]>
}
