import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parse as parseYaml } from 'yaml'
import { type Change, changesBetween } from '../domain/policy/changes.ts'
import { ask, NO_OPERATOR, operatorTargetOf, type Target } from './ask-gateway.ts'
import type { Io } from './io.ts'
import { parseOrNull, runVerb, type VerbRun } from './run-verb.ts'

const USAGE = `palimpsest policy show [<version>] [--url <gateway>] [--json]
palimpsest policy versions [--url <gateway>] [--json]
palimpsest policy set <file> [--if <version>] [--url <gateway>] [--json]
palimpsest policy reset [--if <version>] [--url <gateway>] [--json]
palimpsest policy diff <file> [--url <gateway>] [--json]
palimpsest policy diff <version> <version> [--url <gateway>] [--json]
palimpsest policy dry-run <request file> [--tool <name>] [--feature <name>] [--region <name>] [--consent <id>] [--url <gateway>] [--json]
A file is YAML or JSON; - is standard input.`

/** What is on the command line or in a file cannot be read as what it should be. */
class BadInput extends Error {}

interface Policy {
  version: string
  managed_by: string
  set_by: string | null
  set_at: string
  file_changed_since?: boolean
  policy: object
}

interface Version {
  version: string
  source: string
  set_by: string | null
  set_at: string
  effective: unknown
}

interface Step {
  step: string
  ok: boolean
  code: string | null
  [field: string]: unknown
}

interface Outcome {
  would: string
  status: number
  code: string | null
  message: string | null
  steps: Step[]
}

/**
 * `palimpsest policy`. `set` takes the place of the version that `--if` names, else of the one in force now. `diff` compares what a file
 * says, or one version, with what is in force, or another version. 0: done, the same, would pass; 1: differs, would be refused; 2: not
 * done.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const parsed = parse(args)
  const target = parsed && operatorTargetOf(parsed.values.url, io)
  const verb = parsed && verbOf(parsed)
  return runVerb(verb, io, {
    usage: USAGE,
    target,
    noTarget: NO_OPERATOR,
    exitOf: (error) => (error instanceof BadInput ? 2 : null),
  })
}

function parse(args: string[]) {
  const string = { type: 'string' } as const
  const headers = { tool: string, feature: string, region: string, consent: string }
  const options = { if: string, url: string, json: { type: 'boolean' }, ...headers } as const
  return parseOrNull({ args, allowPositionals: true, options })
}

type Parsed = NonNullable<ReturnType<typeof parse>>

function verbOf({ values, positionals: [name, first, second, ...rest] }: Parsed): VerbRun | null {
  const { json = false, if: version } = values
  if (rest.length > 0) return null
  if (name === 'diff' && first !== undefined)
    return second === undefined ? diffFile(json, first) : diff(json, first, second)
  if (second !== undefined) return null
  if (name === 'show') return first === undefined ? show(json) : showVersion(first)
  if (name === 'versions' && first === undefined) return versions(json)
  if (name === 'set' && first !== undefined) return set(json, first, version)
  if (name === 'reset' && first === undefined) return set(json, null, version)
  return name === 'dry-run' && first !== undefined ? dryRun(json, first, values) : null
}

function show(json: boolean): VerbRun {
  return async (target, io) => {
    const policy = (await ask(target, '/v1/policy')) as Policy
    io.write(json ? JSON.stringify(policy, null, 2) : `${describe(policy)}\n${JSON.stringify(policy.policy, null, 2)}`)
    return 0
  }
}

function showVersion(version: string): VerbRun {
  return async (target, io) => {
    io.write(JSON.stringify(await versionOf(target, version), null, 2))
    return 0
  }
}

function versions(json: boolean): VerbRun {
  return async (target, io) => {
    const all: Version[] = []
    for (let before: string | null = null; ; ) {
      const query = before === null ? '' : `&before=${before}`
      const page = (await ask(target, `/v1/policy/versions?limit=1000${query}`)) as {
        versions: Version[]
        next_before: string | null
      }
      all.push(...page.versions)
      before = page.next_before
      if (page.versions.length === 0) break
    }
    if (json) io.write(JSON.stringify(all, null, 2))
    else for (const { version, source, set_at, set_by } of all) io.write(`${version}  ${set_at}  ${set_by ?? source}`)
    return 0
  }
}

/** @param file null: the configuration file's policy again */
function set(json: boolean, file: string | null, named: string | undefined): VerbRun {
  return async (target, io) => {
    const document = file === null ? undefined : await readDocument(file)
    const version = named ?? ((await ask(target, '/v1/policy')) as Policy).version
    const method = file === null ? 'DELETE' : 'PUT'
    const policy = (await ask(target, '/v1/policy', document, method, { 'if-match': `"${version}"` })) as Policy
    io.write(json ? JSON.stringify(policy, null, 2) : describe(policy))
    return 0
  }
}

function diffFile(json: boolean, file: string): VerbRun {
  return async (target, io) => {
    const document = await readDocument(file)
    const { changes } = (await ask(target, '/v1/policy/diff', document)) as { changes: Change[] }
    return tell(io, json, changes)
  }
}

function diff(json: boolean, from: string, to: string): VerbRun {
  return async (target, io) => {
    const [before, after] = await Promise.all([versionOf(target, from), versionOf(target, to)])
    return tell(io, json, changesBetween(before.effective, after.effective))
  }
}

function tell(io: Io, json: boolean, changes: readonly Change[]): number {
  if (json) io.write(JSON.stringify(changes, null, 2))
  else if (changes.length === 0) io.write('There is no difference.')
  else {
    for (const change of changes) {
      io.write(`${change.op} ${change.path}${'value' in change ? ` ${JSON.stringify(change.value)}` : ''}`)
    }
  }
  return changes.length === 0 ? 0 : 1
}

function dryRun(json: boolean, file: string, { tool, feature, region, consent }: Parsed['values']): VerbRun {
  return async (target, io) => {
    const named = { 'x-tool-name': tool, 'x-feature-name': feature, 'x-data-region': region, 'x-consent-id': consent }
    const headers = Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (value ? [[name, value]] : [])))
    const outcome = (await ask(target, '/v1/policy/dry-run', await readDocument(file), undefined, headers)) as Outcome
    if (json) io.write(JSON.stringify(outcome, null, 2))
    else {
      io.write(outcome.code === null ? 'It would pass.' : `It would be refused (${outcome.status}): ${outcome.message}`)
      for (const { step, ok, code, ...found } of outcome.steps) {
        io.write(`${ok ? 'ok  ' : 'FAIL'} ${step}${code === null ? '' : ` ${code}`} ${JSON.stringify(found)}`)
      }
    }
    return outcome.code === null ? 0 : 1
  }
}

async function versionOf(target: Target, version: string): Promise<Version> {
  return (await ask(target, `/v1/policy/versions/${encodeURIComponent(version)}`)) as Version
}

function describe({ version, managed_by: by, set_by: who, set_at: at, file_changed_since: changed }: Policy): string {
  const origin = by === 'api' ? `set by ${who}` : 'as the configuration file says'
  const warning = changed ? '; the file says something new since, which has no effect' : ''
  return `${version} in force since ${at}, ${origin}${warning}`
}

/** @throws BadInput */
async function readDocument(file: string): Promise<object> {
  let value: unknown
  try {
    value = parseYaml(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'))
  } catch {
    throw new BadInput('The file cannot be read as YAML or JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new BadInput('The file must hold one mapping.')
}
