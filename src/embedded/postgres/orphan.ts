import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { processStartTime } from '../../../bootstrap/process-lock.mjs'
import { PalimpsestError } from '../../errors.ts'
import { endProcess, findProcesses } from '../process/find.ts'
import type { Log } from '../process/log-file.ts'

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT ends it at once and leaves recovery to the next start. */
export const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

/**
 * Clears what a killed run left: a PostgreSQL that still serves our data folder is stopped, and a lock file that
 * names a process of somebody else is removed. Only to be called while this process holds the home.
 *
 * @throws PalimpsestError `postgres_orphan_stays`
 */
export async function clearPostgresOrphan(
  dataDirectory: string,
  socketDirectory: string | null,
  log: Log,
): Promise<void> {
  for (const { pid } of findProcesses((command) => servesFolder(command, dataDirectory))) {
    log(`PostgreSQL: process ${pid} of an earlier run still serves our data: stopping it`)
    // One that was stopped by SIGSTOP hears nothing else.
    const gone = await endProcess(pid, [{ signal: 'SIGCONT', waitMs: 0 }, ...STOP_STEPS])
    if (gone) continue
    throw new PalimpsestError({
      code: 'postgres_orphan_stays',
      status: 503,
      message: `Process ${pid} serves ${dataDirectory} and does not end: end it by hand and start again.`,
    })
  }
  clearLockFile(dataDirectory, log)
  if (socketDirectory !== null && existsSync(socketDirectory)) {
    for (const name of readdirSync(socketDirectory)) {
      if (name.startsWith('.s.PGSQL.')) rmSync(join(socketDirectory, name), { force: true })
    }
  }
}

/** True for the command line of a PostgreSQL server (not one of its own children) on that data folder. */
export function servesFolder(command: readonly string[], dataDirectory: string): boolean {
  if (command.length === 1)
    return new RegExp(`^\\S.*/postgres -D ${escapeRegExp(dataDirectory)}( |$)`).test(command[0] ?? '')
  const folder = command[command.indexOf('-D') + 1]
  if (!command.includes('-D') || folder === undefined || basename(command[0] ?? '') !== 'postgres') return false
  return folder === dataDirectory || realPathOf(folder) === dataDirectory
}

/**
 * PostgreSQL refuses to start while the pid in its lock file lives, whoever that is now. A file whose pid is dead is
 * left to it: it then also checks that no process still has the shared memory.
 */
function clearLockFile(dataDirectory: string, log: Log): void {
  const file = join(dataDirectory, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number.parseInt(readFileSync(file, 'utf8').split('\n')[0] ?? '', 10)
  if (Number.isInteger(pid) && pid > 0 && processStartTime(pid) === null) return
  log(`PostgreSQL: postmaster.pid of an earlier run names process ${pid}, which is not ours: removing the file only`)
  rmSync(file, { force: true })
}

function realPathOf(path: string): string | null {
  return existsSync(path) ? realpathSync(path) : null
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
