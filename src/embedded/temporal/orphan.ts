import { PalimpsestError } from '../../errors.ts'
import { endProcess, findProcesses } from '../process/find.ts'
import type { Log } from '../process/log-file.ts'

export const STOP_STEPS = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

/**
 * An argument that names our store on the server's command line. The server ignores settings it does not know, and
 * this one lets a later start recognise it whatever characters the path has.
 */
export function storeMark(databaseFile: string): string {
  return `palimpsest.store=${JSON.stringify(databaseFile)}`
}

/** True for the command line of a dev server that was started on that store. */
export function servesStore(command: readonly string[], databaseFile: string): boolean {
  const mark = storeMark(databaseFile)
  if (command.length === 1) return command[0]?.includes(' server start-dev ') === true && command[0].includes(mark)
  return command[1] === 'server' && command[2] === 'start-dev' && command.includes(mark)
}

/**
 * Stops a server that a killed run left on our store. Only to be called while this process holds the home.
 *
 * @throws PalimpsestError `temporal_orphan_stays`
 */
export async function clearTemporalOrphan(databaseFile: string, log: Log): Promise<void> {
  for (const { pid } of findProcesses((command) => servesStore(command, databaseFile))) {
    log(`Temporal: process ${pid} of an earlier run still serves our store: stopping it`)
    // One that was stopped by SIGSTOP hears nothing else.
    if (await endProcess(pid, [{ signal: 'SIGCONT', waitMs: 0 }, ...STOP_STEPS])) continue
    throw new PalimpsestError({
      code: 'temporal_orphan_stays',
      status: 503,
      message: `Process ${pid} serves ${databaseFile} and does not end: end it by hand and start again.`,
    })
  }
}
