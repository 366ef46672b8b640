import { parseArgs } from 'node:util'
import { runDoctor } from './doctor/run-doctor.ts'
import { PalimpsestError } from './errors.ts'
import { serve } from './main.ts'

/** Exit codes of every verb: 0 holds, 1 does not hold, 2 could not be judged. */
type Verb = (args: string[], json: boolean) => Promise<number>

const VERBS: Record<string, { run: Verb; help: string }> = {
  serve: { run: async () => serve(process.env), help: 'Start the gateway, and what the environment leaves to us' },
  doctor: { run: doctor, help: 'Say what is missing here and how to get it' },
}

async function doctor(_: string[], json: boolean): Promise<number> {
  const report = await runDoctor(process.env)
  if (json) write(JSON.stringify(report, null, 2))
  else {
    for (const check of report.checks) {
      write(`${check.ok ? 'ok  ' : check.required ? 'FAIL' : 'note'} ${check.name}: ${check.detail}`)
      if (!check.ok && check.fix) write(`     ${check.fix}`)
    }
  }
  return report.ok ? 0 : 1
}

function usage(): string {
  const lines = Object.entries(VERBS).map(([verb, { help }]) => `  ${verb.padEnd(10)} ${help}`)
  return `palimpsest <verb> [--json]\n${lines.join('\n')}`
}

function write(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(): Promise<number> {
  const [name = '', ...rest] = process.argv.slice(2)
  const verb = VERBS[name]
  if (!verb) {
    process.stderr.write(`${usage()}\n`)
    return name === '' || name === 'help' || name === '--help' ? 0 : 2
  }
  const json = rest.includes('--json')
  const { positionals } = parseArgs({
    args: rest.filter((arg) => arg !== '--json'),
    allowPositionals: true,
    strict: false,
  })
  return verb.run(positionals, json)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof PalimpsestError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
