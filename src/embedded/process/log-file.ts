import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs'

const MAX_BYTES = 8 * 1024 * 1024
const KEPT_FILES = 3
const CHECK_EVERY_MS = 30_000

/** Takes one line for the person who watches the start. */
export type Log = (line: string) => void

export interface LogFile {
  path: string
  descriptor: number
  close(): void
}

/**
 * A log file that a child process writes by itself: it keeps writing when this process is gone. Rotated at
 * `maxBytes`, the newest three kept as `.1` to `.3`. A file that is open is copied and emptied, which works because
 * the child appends; what it writes within that instant may be lost.
 */
export function openLogFile(path: string, log: Log, maxBytes = MAX_BYTES): LogFile {
  if (sizeOf(path) > maxBytes) {
    shift(path)
    renameSync(path, `${path}.1`)
  }
  const descriptor = openSync(path, 'a', 0o600)
  const timer = setInterval(() => {
    try {
      rotateOpenFile(path, maxBytes)
    } catch (error) {
      log(`The log ${path} could not be rotated: ${String(error)}`)
    }
  }, CHECK_EVERY_MS)
  timer.unref()
  let open = true
  return {
    path,
    descriptor,
    close: () => {
      clearInterval(timer)
      if (open) closeSync(descriptor)
      open = false
    },
  }
}

/** Copies a log that a child is writing to `.1` and empties it, once it is larger than `maxBytes`. */
export function rotateOpenFile(path: string, maxBytes: number): void {
  if (sizeOf(path) <= maxBytes) return
  shift(path)
  copyFileSync(path, `${path}.1`)
  truncateSync(path, 0)
}

/** The end of a log, for a message about a child that did not start. */
export function tailOf(path: string, lines = 5): string {
  const size = sizeOf(path)
  if (size === 0) return ''
  const buffer = Buffer.alloc(Math.min(size, 8192))
  const descriptor = openSync(path, 'r')
  try {
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, read).trimEnd().split('\n').slice(-lines).join('\n')
  } finally {
    closeSync(descriptor)
  }
}

function shift(path: string): void {
  for (let number = KEPT_FILES - 1; number >= 1; number--) {
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`)
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
