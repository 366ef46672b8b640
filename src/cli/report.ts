import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { REPORT_KINDS } from '../domain/reports/types.ts'
import { ask, auditorTargetOf, NotAnswered, type Target } from './ask-gateway.ts'
import { type Followed, follow } from './follow.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest report <kind> --from <date> --to <date> [--user <id> | --subject <pseudonym>] [--tool <name>] [--model <name>]
  [--pii <true|false>] [--out <pack.zip>] [--url <gateway>] [--no-wait] [--json]
palimpsest report --id <id> [--out <pack.zip>] [--url <gateway>] [--no-wait] [--json]
kinds: ${REPORT_KINDS.join(', ')}`

const NO_TARGET = 'Start the gateway, or name it with --url and set PALIMPSEST_API_KEY to a key of the role auditor.'

interface Report {
  id: string
  state: string
  step?: string | null
  waits_for?: string | null
  entries?: number | null
  missing?: number | null
  entry?: string | null
  pack?: string | null
  pack_bytes?: number | null
  pack_sha256?: string | null
  error_code?: string | null
}

/** `palimpsest report`: asks for a report, follows it and fetches its pack. 0: it is made; 1: it failed; 2: not judged. */
export async function run(args: string[], io: Io): Promise<number> {
  const flags = parse(args)
  if (!flags) {
    io.warn(USAGE)
    return 2
  }
  const target = auditorTargetOf(flags.url, io)
  if (!target) {
    io.warn(NO_TARGET)
    return 2
  }
  const say = flags.json ? () => undefined : (line: string) => io.write(line)
  try {
    const id = flags.id ?? ((await ask(target, '/v1/reports', flags.body)) as Report).id
    if (flags.id === undefined) say(`report ${id}: asked for`)
    const last = flags.wait ? await followReport(target, id, say) : ((await ask(target, `/v1/reports/${id}`)) as Report)
    if (last.state === 'completed' && flags.out !== undefined) await download(target, last, flags.out)
    if (flags.json) io.write(JSON.stringify(last, null, 2))
    else say(describe(last, flags.out))
    return last.state === 'completed' ? 0 : last.state === 'failed' ? 1 : 2
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(error.message)
    return 2
  }
}

interface Flags {
  body: object
  id?: string
  out?: string
  url?: string
  wait: boolean
  json: boolean
}

const string = { type: 'string' } as const
const boolean = { type: 'boolean' } as const
const FILTERS = ['user', 'subject', 'tool', 'model', 'pii'] as const

/** Null where the flags do not say in exactly one way what is asked for. */
function parse(args: string[]): Flags | null {
  try {
    const options = {
      user: string,
      subject: string,
      tool: string,
      model: string,
      pii: string,
      from: string,
      to: string,
    }
    const more = { id: string, out: string, url: string, 'no-wait': boolean, json: boolean }
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...options, ...more } })
    const { id, out, url, from, to, pii, json = false } = values
    const rest = { ...(out && { out }), ...(url && { url }), wait: values['no-wait'] !== true, json }
    const asked = [from, to, ...FILTERS.map((name) => values[name])].some((value) => value !== undefined)
    if (id !== undefined) {
      return positionals.length > 0 || asked || !/^[0-9a-f-]{36}$/.test(id) ? null : { ...rest, body: {}, id }
    }
    const [kind, ...others] = positionals
    if (kind === undefined || others.length > 0 || from === undefined || to === undefined) return null
    if (pii !== undefined && pii !== 'true' && pii !== 'false') return null
    const named = FILTERS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]] as const]))
    const filters = { ...Object.fromEntries(named), ...(pii !== undefined && { pii: pii === 'true' }) }
    return { ...rest, body: { kind, from, to, filters } }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function followReport(target: Target, id: string, say: (line: string) => void): Promise<Report> {
  const followed: Followed<Report> = {
    path: `/v1/reports/${id}`,
    hasEnded: ({ state }) => state === 'completed' || state === 'failed',
    line: ({ state, step, waits_for: waitsFor }) =>
      `report ${id}: ${[step ?? state, waitsFor].filter(Boolean).join(', ')}`,
  }
  return follow(target, followed, say)
}

/** Under another name until it is whole. */
async function download({ url, key }: Target, report: Report, out: string): Promise<void> {
  const part = `${out}.part`
  try {
    const response = await fetch(`${url}/v1/reports/${report.id}/pack`, { headers: { authorization: `Bearer ${key}` } })
    if (!response.ok || response.body === null) throw new NotAnswered(`${url} answered ${response.status}.`, false)
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(part))
    await rename(part, out)
  } catch (error) {
    await rm(part, { force: true })
    if (error instanceof NotAnswered) throw error
    throw new NotAnswered(`The pack could not be written to ${out}.`, false)
  }
}

function describe(
  { id, state, entries, missing, entry, pack, error_code: code }: Report,
  out: string | undefined,
): string {
  const name = `report ${id}`
  if (state === 'failed') return `${name}: failed (${code ?? 'without a code'})`
  if (state !== 'completed') return `${name}: ${state}`
  const whole = missing === 0 ? 'nothing is missing' : `${missing} entries are not accounted for`
  return `${name}: ${entries} entries read, ${whole}; on record as ${entry}; pack at ${out ?? pack}`
}
