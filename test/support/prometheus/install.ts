import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitLock } from '../../../bootstrap/process-lock.mjs'
import { cacheDirectory } from '../../../src/embedded/process/cache.ts'

const INSTALL_WITHIN_MS = 300_000
const execute = promisify(execFile)

/** Prometheus' own `promtool`: on the PATH, or out of Debian's package, which is not installed. Or why it cannot be had. */
export async function installPromtool(): Promise<{ program: string } | { missing: string }> {
  const present = await execute('sh', ['-c', 'command -v promtool']).catch(() => null)
  if (present !== null) return { program: present.stdout.trim() }
  const cache = cacheDirectory(process.env)
  await mkdir(cache, { recursive: true })
  const lock = await waitLock(join(cache, 'promtool.lock'), { timeoutMs: INSTALL_WITHIN_MS })
  try {
    const cached = join(cache, 'promtool')
    if (existsSync(cached)) return { program: cached }
    const missing = await fromDebian(cached, cache)
    return missing === null ? { program: cached } : { missing: `there is no promtool: ${missing}` }
  } finally {
    lock.release()
  }
}

/** Null, or why not. */
async function fromDebian(to: string, cache: string): Promise<string | null> {
  const folder = await mkdtemp(join(cache, 'promtool-'))
  const options = { cwd: folder, timeout: INSTALL_WITHIN_MS, maxBuffer: 1 << 26 }
  try {
    // Root, who may, looks first for what there is today.
    if (process.getuid?.() === 0) await execute('apt-get', ['update', '--quiet'], options).catch(() => undefined)
    await execute('apt-get', ['download', '--quiet', 'prometheus'], options)
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) return 'apt-get left no package'
    await execute('dpkg-deb', ['--extract', archive, 'unpacked'], options)
    const extracted = join(folder, 'promtool')
    await copyFile(join(folder, 'unpacked/usr/bin/promtool'), extracted)
    await chmod(extracted, 0o755)
    await execute(extracted, ['--version'])
    await rename(extracted, to)
    return null
  } catch (error) {
    return `apt-get could not fetch prometheus: ${error instanceof Error ? error.message.split('\n')[0] : error}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
