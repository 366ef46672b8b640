import { text } from 'node:stream/consumers'
import { ask, NO_TARGET, targetOf } from './ask-gateway.ts'
import type { Io } from './io.ts'
import { parseOrNull, runVerb, type VerbRun } from './run-verb.ts'

const USAGE = `palimpsest hold place (--user <id> | --tenant | --from <time> --to <time>) --reason <text> [--url <gateway>] [--json]
palimpsest hold place --input [--url <gateway>] [--json]
palimpsest hold list [--in-force] [--url <gateway>] [--json]
palimpsest hold release <id> [--url <gateway>] [--json]`

interface Hold {
  id: string
  scope: string
  subject: string | null
  from: string | null
  to: string | null
  in_force: boolean
  placed_by: string
  placed_at: string
  released_by: string | null
  released_at: string | null
  reason?: string | null
  erasures_announced_before?: string[]
}

/**
 * `palimpsest hold`: 0: done; 1: the hold came too late for an erasure; 2: not done. A user id on a command line is seen by who
 * sees the machine's processes: `--input` reads the body, as `POST /v1/holds` takes it, from standard input.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parse(args)
  const target = parsed && targetOf(parsed.values.url, io)
  const verb = parsed && verbOf(parsed)
  return runVerb(verb, io, { usage: USAGE, target, noTarget: NO_TARGET })
}

function parse(args: string[]) {
  const string = { type: 'string' } as const
  const boolean = { type: 'boolean' } as const
  const options = {
    user: string,
    tenant: boolean,
    from: string,
    to: string,
    reason: string,
    input: boolean,
    'in-force': boolean,
    url: string,
    json: boolean,
  }
  return parseOrNull({ args, allowPositionals: true, options })
}

type Parsed = NonNullable<ReturnType<typeof parse>>

/** Null: it is not said in exactly one way. */
function verbOf({ values, positionals: [name, id, ...rest] }: Parsed): VerbRun | null {
  const { user, tenant, from, to, reason, input, json = false } = values
  if (rest.length > 0 || (id !== undefined && name !== 'release')) return null
  if (name === 'place') {
    const said = { user, tenant, from, to, reason }
    if (input) return Object.values(said).some((value) => value !== undefined) ? null : place(json, readBody)
    const scopes = [user, tenant, from ?? to].filter((scope) => scope !== undefined)
    return scopes.length === 1 && reason !== undefined ? place(json, async () => said) : null
  }
  if (name === 'list') return list(json, values['in-force'] ?? false)
  return name === 'release' && id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? release(json, id) : null
}

async function readBody(): Promise<object | null> {
  try {
    const value: unknown = JSON.parse(await text(process.stdin))
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function place(json: boolean, bodyOf: () => Promise<object | null>): VerbRun {
  return async (target, io) => {
    const body = await bodyOf()
    if (body === null) {
      io.warn('What stands on standard input is not a JSON object.')
      return 2
    }
    const hold = (await ask(target, '/v1/holds', body)) as Hold
    const late = hold.erasures_announced_before ?? []
    if (json) io.write(JSON.stringify(hold, null, 2))
    else {
      io.write(describe(hold))
      for (const id of late) io.warn(`It came too late for the erasure ${id}, which was announced before.`)
    }
    return late.length > 0 ? 1 : 0
  }
}

function list(json: boolean, inForce: boolean): VerbRun {
  return async (target, io) => {
    const holds: Hold[] = []
    for (let before: string | null = null; ; ) {
      const query = `in_force=${inForce}&limit=1000${before === null ? '' : `&before=${before}`}`
      const page = (await ask(target, `/v1/holds?${query}`)) as { holds: Hold[]; next_before: string | null }
      holds.push(...page.holds)
      before = page.next_before
      if (page.holds.length === 0) break
    }
    if (json) io.write(JSON.stringify(holds, null, 2))
    else for (const hold of holds) io.write(describe(hold))
    if (!json && holds.length === 0) io.write(inForce ? 'No hold is in force.' : 'There is no hold.')
    return 0
  }
}

function release(json: boolean, id: string): VerbRun {
  return async (target, io) => {
    const hold = (await ask(target, `/v1/holds/${id}`, undefined, 'DELETE')) as Hold
    io.write(json ? JSON.stringify(hold, null, 2) : describe(hold))
    return 0
  }
}

function describe(hold: Hold): string {
  const scope =
    hold.scope === 'subject' ? hold.subject : hold.scope === 'tenant' ? 'the tenant' : `${hold.from} to ${hold.to}`
  const state = hold.in_force ? 'in force' : `released ${hold.released_at} by ${hold.released_by}`
  const reason = hold.reason === undefined ? '' : `: ${hold.reason ?? '(reason erased)'}`
  return `hold ${hold.id} on ${scope}, placed ${hold.placed_at} by ${hold.placed_by}, ${state}${reason}`
}
