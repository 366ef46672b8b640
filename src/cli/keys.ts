import { ask, NO_OPERATOR, NotAnswered, operatorTargetOf } from './ask-gateway.ts'
import type { Io } from './io.ts'
import { parseOrNull, runVerb, type VerbRun } from './run-verb.ts'

const USAGE = `palimpsest keys list [--in-force] [--url <gateway>] [--json]
palimpsest keys create --role <role>… [--app <name>] [--team <name>] [--tool <name>…] [--model <name>…] [--region <name>…]
                       [--requests-per-minute <n>] [--tokens-per-minute <n>] [--expires-at <time>] [--url <gateway>] [--json]
palimpsest keys rotate <id> [--overlap-seconds <n>] [--expires-at <time>] [--url <gateway>] [--json]
palimpsest keys revoke <id> [--url <gateway>] [--json]
palimpsest keys [--tenant <id>] [--json]     every key that signs the logs`

interface Key {
  id: string
  key?: string
  state: string
  roles: string[]
  app: string
  team: string | null
  expires_at?: string | null
  replaced_by?: string | null
}

/**
 * `palimpsest keys`: 0: done; 1: the key stands in the configuration, or is in force no more; 2: not done. A key is printed once, alone
 * on standard output's last line unless `--json` is given.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parse(args)
  const target = parsed && operatorTargetOf(parsed.values.url, io)
  const verb = parsed && verbOf(parsed)
  return runVerb(verb, io, { usage: USAGE, target, noTarget: NO_OPERATOR, exitOf })
}

/** 1: the key stands in the configuration, or is in force no more. */
function exitOf(error: unknown): number | null {
  return error instanceof NotAnswered && /\((key_in_configuration|key_not_in_force)\)$/.test(error.message) ? 1 : null
}

function parse(args: string[]) {
  const string = { type: 'string' } as const
  const strings = { type: 'string', multiple: true } as const
  const boolean = { type: 'boolean' } as const
  const options = {
    role: strings,
    app: string,
    team: string,
    tool: strings,
    model: strings,
    region: strings,
    'requests-per-minute': string,
    'tokens-per-minute': string,
    'overlap-seconds': string,
    'expires-at': string,
    'in-force': boolean,
    url: string,
    json: boolean,
  }
  return parseOrNull({ args, allowPositionals: true, options })
}

type Parsed = NonNullable<ReturnType<typeof parse>>
type Values = Parsed['values']

/** Null: it is not said as the usage says. */
function verbOf({ values, positionals: [name, id, ...rest] }: Parsed): VerbRun | null {
  const json = values.json ?? false
  if (rest.length > 0) return null
  if (name === 'list' && id === undefined) return list(json, values['in-force'] ?? false)
  if (name === 'create' && id === undefined) return values.role ? show(json, '/v1/keys', bodyOf(values)) : null
  if (id === undefined || !/^[A-Za-z0-9_.:-]{1,128}$/.test(id)) return null
  if (name === 'rotate') {
    const body = { overlap_seconds: numberOf(values['overlap-seconds']), expires_at: values['expires-at'] }
    return show(json, `/v1/keys/${id}/rotation`, body)
  }
  return name === 'revoke' ? revoke(json, id) : null
}

/** What was not said is not sent. */
function bodyOf(values: Values): object {
  const limits = {
    requests_per_minute: numberOf(values['requests-per-minute']),
    tokens_per_minute: numberOf(values['tokens-per-minute']),
  }
  return {
    roles: values.role,
    app: values.app,
    team: values.team,
    tools: values.tool,
    models: values.model,
    regions: values.region,
    ...(Object.values(limits).some((limit) => limit !== undefined) && { limits }),
    expires_at: values['expires-at'],
  }
}

/** What is no number goes to the gateway as it is, which says what is wrong with it. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : text
}

function show(json: boolean, path: string, body: object): VerbRun {
  return async (target, io) => {
    const key = (await ask(target, path, body)) as Key
    if (json) io.write(JSON.stringify(key, null, 2))
    else {
      io.write(`${describe(key)}. This is shown once:`)
      io.write(key.key ?? '')
    }
    return 0
  }
}

function revoke(json: boolean, id: string): VerbRun {
  return async (target, io) => {
    const key = (await ask(target, `/v1/keys/${id}`, undefined, 'DELETE')) as Key
    io.write(json ? JSON.stringify(key, null, 2) : describe(key))
    return 0
  }
}

function list(json: boolean, inForce: boolean): VerbRun {
  return async (target, io) => {
    const keys: Key[] = []
    let configured: Key[] = []
    for (let before: string | null = null; ; ) {
      const query = `in_force=${inForce}&limit=1000${before === null ? '' : `&before=${before}`}`
      const page = (await ask(target, `/v1/keys?${query}`)) as {
        keys: Key[]
        configured: Key[]
        next_before: string | null
      }
      keys.push(...page.keys)
      configured = page.configured
      before = page.next_before
      if (page.keys.length === 0) break
    }
    if (json) io.write(JSON.stringify({ keys, configured }, null, 2))
    else for (const key of [...keys, ...configured]) io.write(describe(key))
    return 0
  }
}

function describe({ id, state, roles, app, team, expires_at: expiresAt, replaced_by: replacedBy }: Key): string {
  const end = expiresAt ? `, ends ${expiresAt}` : expiresAt === undefined ? ', of the configuration' : ''
  const next = replacedBy ? `, replaced by ${replacedBy}` : ''
  return `key ${id} (${state}): ${roles.join(', ')} of ${app}${team === null ? '' : ` in ${team}`}${end}${next}`
}
