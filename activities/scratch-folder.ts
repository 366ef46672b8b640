import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Milliseconds after which a folder that a run left belongs to nobody any more. */
const ABANDONED_MS = 24 * 3_600_000

/** A folder of its own (0700) for `work`, removed whatever comes of it. */
export async function inScratchFolder<T>(root: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(root, 'work-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Removes what runs that were killed have left. */
export async function sweepScratch(root: string, nowMs: number): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names) {
    const folder = join(root, name)
    const found = await stat(folder).catch(() => undefined)
    if (found !== undefined && nowMs - found.mtimeMs > ABANDONED_MS) await rm(folder, { recursive: true, force: true })
  }
}
