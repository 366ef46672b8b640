import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isHolderAlive, processStartTime, waitLock } from './process-lock.mjs'

const LOCK_DIRECTORY = '.install-lock'
const LOCK_TIME_LIMIT_MS = 20 * 60_000

/**
 * Installs node_modules by the lockfile, unless it is there whole. Two at once: the second one waits for the first.
 * An install that was killed is never taken as done, since the mark is written last. No package needs an install
 * script: what theirs would do is done at start, so that npm's policy on them does not matter.
 *
 * Throws an Error that says what to do.
 */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return
  let lock
  try {
    lock = await waitLock(join(root, LOCK_DIRECTORY), {
      timeoutMs: LOCK_TIME_LIMIT_MS,
      note: 'npm ci',
      onWait: (holder) => say(`process ${holder.pid} is installing: waiting for it`),
    })
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
    throw new Error(`The packages are not installed and ${root} cannot be written: run npm ci there as its owner.`)
  }
  try {
    if (isInstalled(root)) return
    await endOrphanedNpm(root)
    say('installing the packages of package-lock.json, once (about a minute)')
    const started = Date.now()
    await runNpm(root, CI)
    writeStamp(root, digestOf(join(root, 'package-lock.json')))
    if (!isInstalled(root)) throw new Error('npm ended well, but node_modules is not as package-lock.json says.')
    say(`installed in ${Math.round((Date.now() - started) / 1000)} s`)
  } finally {
    lock.release()
  }
}

/** Warnings that a package wants a newer Node are left out: it is the pinned one that will run it. */
const CI = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]

/** True when node_modules is what the lockfile says, as far as a few hundred looks at the file system can tell. */
export function isInstalled(root) {
  const lockfile = join(root, 'package-lock.json')
  const digest = digestOf(lockfile)
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))
  if (installed === null) return false
  const stamp = readJson(stampPath(root))
  if (stamp?.lockfile !== digest) {
    // Installed by hand: npm writes its own record last, and the record agrees with the lockfile or it does not.
    if (!agrees(readJson(lockfile), installed)) return false
    writeStamp(root, digest)
  }
  return Object.keys(installed.packages).every((path) => existsSync(join(root, path, 'package.json')))
}

function agrees(lockfile, installed) {
  if (lockfile === null) return false
  const wanted = Object.entries(lockfile.packages).filter(([path]) => path !== '')
  const has = (path, entry) => {
    const found = installed.packages[path]
    return found !== undefined && found.version === entry.version && found.integrity === entry.integrity
  }
  return (
    wanted.every(([path, entry]) => has(path, entry) || (entry.optional === true && !suits(entry))) &&
    Object.keys(installed.packages).every((path) => lockfile.packages[path] !== undefined)
  )
}

/** Whether npm would install an optional package here. It also leaves out what only such a package needs. */
function suits(entry) {
  const names = (list, value) => list === undefined || [list].flat().includes(value)
  if (entry.os === undefined && entry.cpu === undefined) return false
  return names(entry.os, process.platform) && names(entry.cpu, process.arch) && entry.libc === undefined
}

function runNpm(root, args) {
  const [command, ...first] = npmCommand()
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.once('spawn', () => {
      writeFileSync(npmFile(root), JSON.stringify({ pid: child.pid, startTime: processStartTime(child.pid) }))
    })
    child.once('error', (error) => reject(new Error(`npm could not be started (${error.message}): install npm.`)))
    child.once('exit', (code, signal) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      rmSync(npmFile(root), { force: true })
      if (code === 0) resolve()
      else if (signal !== null) reject(new Error('The installation was stopped. The next start begins it anew.'))
      else reject(new Error(`npm ci failed with exit code ${code}: the first start needs the package registry.`))
    })
  })
}

/** An npm whose bootstrap was killed still writes into node_modules: it is ours, and must not meet the next one. */
async function endOrphanedNpm(root) {
  const orphan = readJson(npmFile(root))
  while (orphan !== null && isHolderAlive(orphan)) {
    process.kill(orphan.pid, 'SIGKILL')
    await sleep(50)
  }
  rmSync(npmFile(root), { force: true })
}

function npmFile(root) {
  return join(root, LOCK_DIRECTORY, 'npm.json')
}

/** The npm that runs this, else the one beside this Node, else the one on the PATH. */
function npmCommand() {
  const running = process.env.npm_execpath ?? ''
  if (basename(running) === 'npm-cli.js' && existsSync(running)) return [process.execPath, running]
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  return existsSync(beside) ? [process.execPath, beside] : ['npm']
}

function stampPath(root) {
  return join(root, 'node_modules', '.palimpsest-install.json')
}

function writeStamp(root, lockfile) {
  const directory = join(root, 'node_modules')
  try {
    accessSync(directory, constants.W_OK)
  } catch {
    // Read-only for this user: the comparison is made again next time.
    return
  }
  const temporary = `${stampPath(root)}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify({ lockfile })}\n`)
  renameSync(temporary, stampPath(root))
}

function digestOf(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}
