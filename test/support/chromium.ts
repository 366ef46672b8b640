import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
/** Milliseconds that an installation may take. */
export const INSTALL_WITHIN_MS = 600_000

/** Where Chromium is, installed by the system's package manager where that is possible; or why there is none. */
function findChromium(): { path: string } | { reason: string } {
  const found = onPath()
  if (found !== null) return { path: found }
  if (process.getuid?.() !== 0) return { reason: 'Chromium is not installed, and only root can install it' }
  if (spawnSync('apt-get', ['--version']).status !== 0) return { reason: 'Chromium is not installed, nor is apt-get' }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, timeout: INSTALL_WITHIN_MS } as const
  spawnSync('apt-get', ['update'], options)
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], options)
  const installed = onPath()
  return installed === null ? { reason: 'Chromium could not be installed by apt-get' } : { path: installed }
}

/** A browser without a window, which the caller closes; or why there is none. */
export async function startChromium(): Promise<{ browser: Browser } | { reason: string }> {
  const found = findChromium()
  if ('reason' in found) return found
  // As root it starts without its sandbox only.
  return { browser: await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] }) }
}

function onPath(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }
  return null
}
