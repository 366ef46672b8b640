// A lock between processes that dies with its holder. Only Node's own modules: the bootstrap needs it before
// anything is installed, and the embedded stack uses the same one.
//
// The lock is a directory of files named by a rising number. The highest number names the holder (pid and start
// time); a holder that is gone leaves its file behind, and the next one links number + 1, which only one process
// can do. Nobody ever removes the highest file, so a number is never given twice: two that find the same dead
// holder cannot both win.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What tells one process from a later one with the same pid: the time it started, as the system writes it.
 * Returns null when no such process runs (a zombie counts as gone).
 */
export function processStartTime(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The second field is the program's name in parentheses and may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return null
      return `${bootId()}:${fields[19]}`
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
      throw error
    }
  }
  try {
    const out = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    }).trim()
    if (out === '' || out.startsWith('Z')) return null
    return out.slice(out.indexOf(' ') + 1).trim()
  } catch (error) {
    if (error.status === 1) return null
    throw error
  }
}

let cachedBootId
function bootId() {
  if (cachedBootId === undefined) cachedBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return cachedBootId
}

/** True when that very process still runs. */
export function isHolderAlive(holder) {
  return holder !== null && processStartTime(holder.pid) === holder.startTime
}

/**
 * Tries to take the lock in `directory` (made when missing) for this process.
 * Returns `{ holder: null, release() }` when it is ours, `{ holder: { pid, startTime, note } }` when another live
 * process has it. `note` is any short text, for the message.
 */
export function tryLock(directory, note = '') {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (;;) {
    const top = highest(directory)
    const holder = top === 0 ? null : readHolder(join(directory, String(top)))
    if (isHolderAlive(holder)) return { holder }
    const mine = top + 1
    if (!claim(directory, mine, note)) continue
    if (highest(directory) !== mine) {
      // Someone had already gone past the number we took: it was free only because it had been tidied away.
      rmSync(join(directory, String(mine)), { force: true })
      continue
    }
    tidy(directory, mine)
    return { holder: null, release: () => releaseLock(directory, mine) }
  }
}

/** Waits for the lock. Throws after `timeoutMs`; `onWait(holder)` is called once when it has to wait. */
export async function waitLock(directory, { timeoutMs, note = '', onWait }) {
  const deadline = Date.now() + timeoutMs
  let told = false
  for (;;) {
    const lock = tryLock(directory, note)
    if (lock.holder === null) return lock
    if (!told) onWait?.(lock.holder)
    told = true
    if (Date.now() > deadline) {
      throw new Error(`Process ${lock.holder.pid} has held ${directory} for ${Math.round(timeoutMs / 1000)} s.`)
    }
    await sleep(200)
  }
}

function highest(directory) {
  let top = 0
  for (const name of readdirSync(directory)) {
    if (/^[1-9][0-9]{0,14}$/.test(name)) top = Math.max(top, Number(name))
  }
  return top
}

function claim(directory, number, note) {
  const temporary = join(directory, `.${process.pid}-${randomBytes(6).toString('hex')}`)
  const self = { pid: process.pid, startTime: processStartTime(process.pid), note }
  writeFileSync(temporary, JSON.stringify(self), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(temporary, join(directory, String(number)))
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function readHolder(path) {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'))
    return Number.isInteger(value.pid) && typeof value.startTime === 'string' ? value : null
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

/** The file stays, so that its number is never taken again, but names nobody. */
function releaseLock(directory, number) {
  try {
    truncateSync(join(directory, String(number)), 0)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function tidy(directory, mine) {
  for (const name of readdirSync(directory)) {
    const stale = /^[1-9][0-9]{0,14}$/.test(name) ? Number(name) < mine : isLeftover(name)
    if (stale) rmSync(join(directory, name), { force: true })
  }
}

function isLeftover(name) {
  const match = /^\.([0-9]+)-[0-9a-f]+$/.exec(name)
  return match !== null && processStartTime(Number(match[1])) === null
}
