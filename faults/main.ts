import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { figuresOf, formatFigures } from './report.ts'
import { runFaults } from './run.ts'

const USAGE = `npm run faults -- [--kills N] [--seed S] [--clients N] [--gateways 1|2] [--keep]
  --kills     how often something is killed (60)
  --seed      repeats the same load and the same choice of kills (a new one each time)
  --clients   how many ask at the same time (32)
  --gateways  how many gateways share the work (2)
  --losses    how likely an answer of PostgreSQL or Temporal is lost, e.g. 0.002 (0)
  --seconds   how long at most there are kills and losses
  --keep      leave the databases and logs of the run in place
`
const SHOWN = 40

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '32' },
    gateways: { type: 'string', default: '2' },
    losses: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '86400' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills)
const clients = Number(values.clients)
if (values.help || !Number.isInteger(kills) || kills < 0 || !Number.isInteger(clients) || clients < 1) {
  process.stderr.write(USAGE)
  process.exit(values.help ? 0 : 2)
}

const home = mkdtempSync(join(tmpdir(), 'palimpsest-faults-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const say = (line: string) => process.stdout.write(`${line}\n`)
const stray: string[] = []
process.on('unhandledRejection', (error) => {
  stray.push(error instanceof Error ? `${error.stack} ${String(error.cause ?? '')}` : String(error))
})
const result = await runFaults({
  home,
  kills,
  seed: values.seed,
  clients,
  gateways: values.gateways === '1' ? 1 : 2,
  between: { least: 300, most: 3_700 },
  losses: Number(values.losses),
  killWithinMs: Number(values.seconds) * 1000,
  settleWithinMs: 240_000,
  say,
})
say(`\n${formatFigures(figuresOf(result))}`)
const violations = [...result.report.violations, ...stray.map((words) => `of the harness itself: ${words}`)]
for (const violation of violations.slice(0, SHOWN)) say(`  ${violation}`)
if (violations.length > SHOWN) say(`  and ${violations.length - SHOWN} more`)
if (values.keep || violations.length > 0) say(`databases and logs are in ${home}`)
else rmSync(home, { recursive: true, force: true })
process.exit(violations.length > 0 ? 1 : 0)
