import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { access } from './access.ts'
import { archive } from './archive.ts'
import { budgetsBench } from './budgets.ts'
import { contractReview } from './contract-review.ts'
import { engine } from './engine.ts'
import { erasure } from './erasure.ts'
import { hostile } from './hostile.ts'
import { ledger } from './ledger.ts'
import { limitsBench } from './limits.ts'
import { mentions } from './mentions.ts'
import { observability } from './observability.ts'
import { profile } from './profile.ts'
import { reports } from './reports.ts'
import { requestPath } from './request-path.ts'
import { sql } from './sql.ts'
import { streams } from './streams.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { tenantLine } from './tenant-line.ts'

const MEASUREMENTS: readonly Measurement[] = [
  requestPath,
  streams,
  engine,
  hostile,
  ledger,
  archive,
  reports,
  erasure,
  limitsBench,
  budgetsBench,
  access,
  contractReview,
  sql,
  tenantLine,
  mentions,
  observability,
  profile,
]

const USAGE = `npm run bench -- [names] [--seconds N] [--repeats N] [--entries N] [--at-work N] [--json FILE]

${MEASUREMENTS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

Without names, all of them. --json writes the figures as JSON too.
`

async function bench(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      repeats: { type: 'string' },
      entries: { type: 'string' },
      'at-work': { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const unknown = positionals.filter((name) => !MEASUREMENTS.some((measurement) => measurement.name === name))
  if (values.help || unknown.length > 0) {
    process.stdout.write(USAGE)
    return values.help ? 0 : 2
  }
  const chosen = MEASUREMENTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const options: BenchOptions = {
    ...(values.seconds && { seconds: Number(values.seconds) }),
    ...(values.repeats && { repeats: Number(values.repeats) }),
    ...(values.entries && { entries: Number(values.entries) }),
    ...(values['at-work'] && { atWork: Number(values['at-work']) }),
    say: (line) => process.stderr.write(`  ${line}\n`),
  }
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  }
  process.stdout.write(`${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}\n`)
  const results: Record<string, unknown> = {}
  for (const measurement of chosen) {
    process.stdout.write(`\n## ${measurement.name}\n`)
    const { text, data } = await measurement.run(options)
    process.stdout.write(`${text}\n`)
    results[measurement.name] = data
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`)
  return 0
}

process.exitCode = await bench(process.argv.slice(2))
