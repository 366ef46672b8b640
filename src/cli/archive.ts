import { parseArgs } from 'node:util'
import { ask, NO_OPERATOR, NotAnswered, operatorTargetOf, type Target } from './ask-gateway.ts'
import { type Followed, follow } from './follow.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest archive run [--url <gateway>] [--no-wait] [--json]
palimpsest archive status [--url <gateway>] [--below <YYYY-MM-DD>] [--json]
palimpsest archive lifecycle [--url <gateway>] [--json]`

interface Run {
  state: 'running' | 'completed' | 'failed'
  step: string | null
  counts: { periods: number; entries: number; bytes: number; failed: number; sealed: number; dropped: number } | null
  failures: { retention_class: string; day: string; code: string }[]
  days_left: { day: string; code: string }[]
}

interface Period {
  id: string
  state: string
  from_day: string
  retention_class: string
  generation: number
  entries: number
  objects: { part: string; state: string; bytes: number }[]
}

/**
 * `palimpsest archive`: `run` archives what is due and follows it (0: done; 1: a period could not be archived; 2: not judged), `status`
 * lists the tenant's periods (0: each is anchored or expired; 1: one is not), `lifecycle` brings the store to the rules that the policies
 * ask for (0: they stand there; 1: something differs).
 */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parse(args)
  const [verb, ...rest] = parsed?.positionals ?? []
  const act = verb === undefined || !Object.hasOwn(VERBS, verb) ? undefined : VERBS[verb]
  if (!parsed || !act || rest.length > 0) {
    io.warn(USAGE)
    return 2
  }
  const { values: flags } = parsed
  const target = operatorTargetOf(flags.url, io)
  if (!target) {
    io.warn(NO_OPERATOR)
    return 2
  }
  try {
    return await act(target, flags, io)
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(error.message)
    return 2
  }
}

interface Flags {
  'no-wait'?: boolean | undefined
  below?: string | undefined
  json?: boolean | undefined
}

const VERBS: Readonly<Record<string, (target: Target, flags: Flags, io: Io) => Promise<number>>> = {
  run: archive,
  status,
  lifecycle,
}

function parse(args: string[]) {
  const string = { type: 'string' } as const
  const boolean = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { url: string, below: string, 'no-wait': boolean, json: boolean },
    })
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

async function archive(target: Target, flags: Flags, io: Io): Promise<number> {
  const say = flags.json ? () => undefined : (line: string) => io.write(line)
  const { workflow_id: id } = (await ask(target, '/v1/archives/runs', {})) as { workflow_id: string }
  say(`archive: workflow ${id}`)
  if (flags['no-wait']) {
    if (flags.json) io.write(JSON.stringify({ workflow_id: id, state: 'running' }, null, 2))
    return 0
  }
  const last = await followRun(target, say)
  if (flags.json) io.write(JSON.stringify(last, null, 2))
  else {
    for (const { day, retention_class: name, code } of last.failures) say(`archive: ${day} ${name} failed (${code})`)
    for (const { day, code } of last.days_left) say(`archive: ${day} stays as it is (${code})`)
    say(`archive: ${last.state}${last.counts ? `: ${countsLine(last.counts)}` : ''}`)
  }
  return last.state === 'completed' && last.counts?.failed === 0 ? 0 : 1
}

function followRun(target: Target, say: (line: string) => void): Promise<Run> {
  const followed: Followed<Run> = {
    path: '/v1/archives/runs/last',
    hasEnded: ({ state }) => state !== 'running',
    line: ({ step }) => (step === null ? null : `archive: ${step}`),
  }
  return follow(target, followed, say)
}

async function status(target: Target, flags: Flags, io: Io): Promise<number> {
  const below = flags.below === undefined ? '' : `?below=${encodeURIComponent(flags.below)}`
  const page = (await ask(target, `/v1/archives${below}`)) as { archives: Period[]; next_below: string | null }
  if (flags.json) io.write(JSON.stringify(page, null, 2))
  else {
    for (const { from_day, retention_class, state, entries, generation, objects } of page.archives) {
      const bytes = objects.filter((one) => one.state === 'stored').reduce((sum, one) => sum + one.bytes, 0)
      io.write(`${from_day} ${retention_class} ${state}: ${entries} entries, ${bytes} bytes, generation ${generation}`)
    }
    if (page.archives.length === 0) io.write('Nothing is archived.')
    else io.write(`Older ones: palimpsest archive status --below ${page.next_below}`)
  }
  return page.archives.every(({ state }) => state === 'anchored' || state === 'expired') ? 0 : 1
}

async function lifecycle(target: Target, flags: Flags, io: Io): Promise<number> {
  const answer = (await ask(target, '/v1/archives/lifecycle', {})) as { differences: string[] }
  if (flags.json) io.write(JSON.stringify(answer, null, 2))
  else for (const line of answer.differences) io.write(line)
  if (!flags.json && answer.differences.length === 0) io.write("The store's rules are what the policies ask for.")
  return answer.differences.length === 0 ? 0 : 1
}

function countsLine({ periods, entries, bytes, failed, sealed, dropped }: NonNullable<Run['counts']>): string {
  return `${sealed} days sealed, ${periods} periods archived with ${entries} entries in ${bytes} bytes, ${failed} failed, ${dropped} days dropped`
}
