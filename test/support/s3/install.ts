import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitLock } from '../../../bootstrap/process-lock.mjs'
import { cacheDirectory } from '../../../src/embedded/process/cache.ts'

const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'setpriv']
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common']
const INSTALL_WITHIN_MS = 600_000
const execute = promisify(execFile)

/** Installs Ceph's S3 server through apt where it is not there. Null, or why it cannot be had. */
export async function installCeph(): Promise<string | null> {
  if (await hasPrograms()) return null
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return `there is no S3 server: install ${PACKAGES.join(', ')}, or run as root on Debian`
  }
  mkdirSync(cacheDirectory(process.env), { recursive: true })
  const lock = await waitLock(join(cacheDirectory(process.env), 'apt.lock'), { timeoutMs: INSTALL_WITHIN_MS })
  try {
    if (await hasPrograms()) return null
    const options = {
      timeout: INSTALL_WITHIN_MS,
      maxBuffer: 1 << 26,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    await execute('apt-get', ['update', '--quiet'], options)
    await execute('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...PACKAGES], options)
    return (await hasPrograms()) ? null : `apt-get left out one of ${PROGRAMS.join(', ')}`
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1)
    return `apt-get could not install ${PACKAGES.join(', ')}: ${said}`
  } finally {
    lock.release()
  }
}

async function hasPrograms(): Promise<boolean> {
  const found = await execute('sh', ['-c', PROGRAMS.map((name) => `command -v ${name}`).join(' && ')]).catch(() => null)
  return found !== null
}
