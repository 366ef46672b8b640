import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { isJsonObject } from '../domain/ledger/json.ts'
import { ask, NO_TARGET, NotAnswered, type Target, targetOf } from './ask-gateway.ts'
import { type Followed, follow } from './follow.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest erase [--user <id>] [--identifier <TYPE>=<value>]... [--reason <text>] [--url <gateway>] [--no-wait] [--json]
palimpsest erase --from <file.json | -> [--url <gateway>] [--no-wait] [--json]
palimpsest erase --case <id> [--url <gateway>] [--no-wait] [--json]`

interface Case {
  id: string
  state: string
  step?: string | null
  receipt?: number | null
  error_code?: string | null
  found?: boolean | null
  counts?: Record<string, number | null> | null
  certificate?: string | null
}

/**
 * `palimpsest erase`: asks for an erasure and follows it. 0: completed; 1: refused or failed; 2: not judged, also while it waits
 * for a second officer. Identifiers on a command line are seen by who sees the machine's processes: `--from -` reads them.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const flags = parse(args)
  const body = flags && (await bodyOf(flags))
  if (!flags || !body) {
    io.warn(USAGE)
    return 2
  }
  const target = targetOf(flags.url, io)
  if (!target) {
    io.warn(NO_TARGET)
    return 2
  }
  const say = flags.json ? () => undefined : (line: string) => io.write(line)
  try {
    const asked = flags.case ? { id: flags.case, state: '' } : ((await ask(target, '/v1/erasures', body)) as Case)
    if (!flags.case) say(`erasure ${asked.id}: asked for`)
    const last = flags['no-wait']
      ? ((await ask(target, `/v1/erasures/${asked.id}`)) as Case)
      : await followCase(target, asked.id, say)
    if (flags.json) io.write(JSON.stringify(last, null, 2))
    else say(describe(last))
    return exitOf(last)
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(error.message)
    return 2
  }
}

function parse(args: string[]) {
  const string = { type: 'string' } as const
  const boolean = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      options: {
        user: string,
        identifier: { type: 'string', multiple: true },
        reason: string,
        from: string,
        case: string,
        url: string,
        'no-wait': boolean,
        json: boolean,
      },
    }).values
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

type Flags = NonNullable<ReturnType<typeof parse>>

/** What is asked for; null where the flags do not say it in exactly one way. */
async function bodyOf({ user, identifier, reason, from, case: id }: Flags): Promise<object | null> {
  const named = user !== undefined || identifier !== undefined
  if ([named, from !== undefined, id !== undefined].filter(Boolean).length !== 1) return null
  if (id !== undefined) return /^[0-9a-f-]{36}$/.test(id) ? {} : null
  if (from !== undefined) return readBody(from)
  const identifiers = (identifier ?? []).map((one) => {
    const at = one.indexOf('=')
    return at > 0 ? { type: one.slice(0, at), value: one.slice(at + 1) } : null
  })
  if (identifiers.includes(null)) return null
  return { ...(user !== undefined && { user }), identifiers, ...(reason !== undefined && { reason }) }
}

async function readBody(from: string): Promise<object | null> {
  try {
    const value: unknown = JSON.parse(from === '-' ? await text(process.stdin) : await readFile(from, 'utf8'))
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

function followCase(target: Target, id: string, say: (line: string) => void): Promise<Case> {
  const followed: Followed<Case> = {
    path: `/v1/erasures/${id}`,
    hasEnded: ({ state }) => ['completed', 'refused', 'failed', 'awaiting_approval'].includes(state),
    line: ({ state, step }) => `erasure ${id}: ${step ? `${state}: ${step}` : state}`,
  }
  return follow(target, followed, say)
}

function exitOf({ state }: Case): number {
  if (state === 'completed') return 0
  return state === 'refused' || state === 'failed' ? 1 : 2
}

function describe({ id, state, receipt, error_code: code, found, counts, certificate }: Case): string {
  const name = `erasure ${id}`
  if (state === 'awaiting_approval')
    return `${name}: waits for a second officer; follow it then with palimpsest erase --case ${id}`
  if (state === 'refused' || state === 'failed') return `${name}: ${state} (${code ?? 'without a code'})`
  if (state !== 'completed') return `${name}: ${state}`
  const what = found
    ? `${counts?.entries ?? 0} entries, ${counts?.values ?? 0} detected values, ${counts?.othersValues ?? 0} values and ${counts?.textsCut ?? 0} texts of others`
    : 'nothing was found'
  return `${name}: completed with receipt ${receipt}: ${what}; certificate at ${certificate}`
}
