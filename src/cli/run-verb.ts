import { type ParseArgsConfig, parseArgs } from 'node:util'
import { NotAnswered, type Target } from './ask-gateway.ts'
import type { Io } from './io.ts'

export type VerbRun = (target: Target, io: Io) => Promise<number>

interface Saying {
  usage: string
  target: Target | null
  /** Where there is no target. */
  noTarget: string
  /** The exit code for an error that the person is told in a sentence; null: it is none of those. */
  exitOf?(error: unknown): number | null
}

/** The arguments, or null where they are not what the options allow. */
export function parseOrNull<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> | null {
  try {
    return parseArgs(config)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Runs a verb against the gateway. 2: the arguments are wrong, there is nobody to ask, or the gateway did not do it. */
export async function runVerb(
  verb: VerbRun | null,
  io: Io,
  { usage, target, noTarget, exitOf }: Saying,
): Promise<number> {
  if (verb === null || target === null) {
    io.warn(verb === null ? usage : noTarget)
    return 2
  }
  try {
    return await verb(target, io)
  } catch (error) {
    const exit = exitOf?.(error) ?? (error instanceof NotAnswered ? 2 : null)
    if (exit === null) throw error
    io.warn((error as Error).message)
    return exit
  }
}
