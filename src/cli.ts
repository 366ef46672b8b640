import type { Io } from './cli/io.ts'
import { PalimpsestError } from './errors.ts'

/** Exit codes of every verb: 0 holds, 1 does not hold, 2 could not be judged. A verb's code is loaded when it is named. */
type Verb = (args: string[], io: Io) => Promise<number>

interface VerbEntry {
  load(): Promise<Verb>
  help: string
  /** Absent: it says itself how it is used, where an argument is none of its own. */
  usage?: string
}

const VERBS: Record<string, VerbEntry> = {
  serve: {
    load: async () => {
      const { serve } = await import('./main.ts')
      return async (_, io) => serve(io.env as NodeJS.ProcessEnv)
    },
    help: 'Start the gateway, and what the environment leaves to us',
    usage: 'palimpsest serve',
  },
  verify: {
    load: async () => (await import('./cli/verify.ts')).run,
    help: 'Check a pack, a proof or a running gateway, without trusting it',
  },
  hold: {
    load: async () => (await import('./cli/hold.ts')).run,
    help: 'place, list, release: what may be neither erased nor expire',
  },
  erase: {
    load: async () => (await import('./cli/erase.ts')).run,
    help: 'Erase a person, and follow it to its end',
  },
  archive: {
    load: async () => (await import('./cli/archive.ts')).run,
    help: 'run, status, lifecycle: archive what is past its hot window, and how it lies',
  },
  report: {
    load: async () => (await import('./cli/report.ts')).run,
    help: 'Evidence for an auditor over a period, as a pack that verifies offline',
  },
  hints: {
    load: async () => (await import('./cli/hints.ts')).run,
    help: 'What the log shows: pasted personal data, latency, errors, spend, dear models',
  },
  reconcile: {
    load: async () => (await import('./cli/reconcile.ts')).run,
    help: 'What a provider billed against the ledger, each difference with its reason',
  },
  benchmark: {
    load: async () => (await import('./cli/benchmark.ts')).run,
    help: 'Questions of a set to several models: accuracy, cost and latency, as an entry',
  },
  sql: {
    load: async () => (await import('./cli/sql.ts')).run,
    help: "setup, check: the login that a model's SQL is run with",
  },
  ledger: {
    load: async () => (await import('./cli/ledger.ts')).run,
    help: 'recover: go on after a restore; rotate-key, keys: the keys that sign the logs',
  },
  keys: {
    load: async () => async (args, io) => {
      const isOfLogs = /^(--json|--tenant(=.*)?)?$/.test(args[0] ?? '')
      if (isOfLogs) return (await import('./cli/ledger.ts')).run(['keys', ...args], io)
      return (await import('./cli/keys.ts')).run(args, io)
    },
    help: 'list, create, rotate, revoke: API keys; alone: every key that signs the logs, for auditors',
  },
  policy: {
    load: async () => (await import('./cli/policy.ts')).run,
    help: 'show, set, reset, versions, diff, dry-run: what the gateway does with a tenant and why',
  },
  'demo-data': {
    load: async () => (await import('./cli/demo-data.ts')).run,
    help: 'Write a made-up year into a ledger that is not in production',
  },
  doctor: {
    load: async () => doctor,
    help: 'Say what is missing here and how to get it',
    usage: 'palimpsest doctor [--json]',
  },
}

async function doctor(args: string[], io: Io): Promise<number> {
  const { runDoctor } = await import('./doctor/run-doctor.ts')
  const report = await runDoctor(io.env)
  if (args.includes('--json')) io.write(JSON.stringify(report, null, 2))
  else {
    for (const check of report.checks) {
      io.write(`${check.ok ? 'ok  ' : check.required ? 'FAIL' : 'note'} ${check.name}: ${check.detail}`)
      if (!check.ok && check.fix) io.write(`     ${check.fix}`)
    }
  }
  return report.ok ? 0 : 1
}

function usage(): string {
  const lines = Object.entries(VERBS).map(([verb, { help }]) => `  ${verb.padEnd(10)} ${help}`)
  return `palimpsest <verb> [--json]\n${lines.join('\n')}`
}

async function main(io: Io): Promise<number> {
  const [name = '', ...rest] = process.argv.slice(2)
  const verb = VERBS[name]
  if (verb && rest.some(isHelp)) return explain(verb, io)
  if (verb) return (await verb.load())(rest, io)
  io.warn(usage())
  return name === '' || name === 'help' || isHelp(name) ? 0 : 2
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}

/** What a verb is for, and what it takes. */
async function explain({ load, help, usage: own }: VerbEntry, io: Io): Promise<number> {
  io.write(help)
  if (own === undefined) await (await load())(['--help'], { ...io, warn: io.write })
  else io.write(own)
  return 0
}

const io: Io = {
  env: process.env,
  write: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
}

try {
  process.exitCode = await main(io)
} catch (error) {
  if (!(error instanceof PalimpsestError)) throw error
  io.warn(error.message)
  process.exitCode = 2
}
