import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { waitLock } from '../../../bootstrap/process-lock.mjs'
import { cacheDirectory } from '../../../src/embedded/process/cache.ts'

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url))
const INSTALL_WITHIN_MS = 170_000
const execute = promisify(execFile)

/** A Python with the packages of `requirements.txt`, or why there is none. */
export type PythonEnvironment = { python: string } | { missing: string }

/**
 * Makes it once for the same requirements and interpreter, below the user's cache folder. A half-made one is made again.
 */
export async function preparePython(): Promise<PythonEnvironment> {
  const version = await execute('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)']).then(
    ({ stdout }) => stdout,
    () => null,
  )
  if (version === null) return { missing: 'there is no python3 with venv and ensurepip: install them' }
  const made = createHash('sha256').update(version).update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16)
  const folder = join(cacheDirectory(process.env), `python-tests-${made}`)
  const python = join(folder, 'bin', 'python')
  const ready = join(folder, 'ready')
  mkdirSync(cacheDirectory(process.env), { recursive: true })
  const lock = await waitLock(`${folder}.lock`, { timeoutMs: INSTALL_WITHIN_MS })
  try {
    if (existsSync(ready)) return { python }
    rmSync(folder, { recursive: true, force: true })
    await execute('python3', ['-m', 'venv', folder])
    await execute(python, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS], {
      timeout: INSTALL_WITHIN_MS,
    })
    writeFileSync(ready, '')
    return { python }
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? '')
      .trim()
      .split('\n')
      .at(-1)
    return { missing: `pip could not install ${readFileSync(REQUIREMENTS, 'utf8').trim()}: ${said}` }
  } finally {
    lock.release()
  }
}
