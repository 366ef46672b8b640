import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { INVOICE_PROVIDERS } from '../domain/cost/reconciliation/types.ts'
import { ask, auditorTargetOf, NotAnswered } from './ask-gateway.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest reconcile <invoice.csv | invoice.json>… --provider <${INVOICE_PROVIDERS.join(' | ')}> --from <day> --to <day>
  [--account <project, workspace or resource group>] [--utc-offset <hours>] [--url <gateway>] [--json]`

const NO_TARGET =
  'Start the gateway, or name it with --url and set PALIMPSEST_API_KEY to a key of the role operator, auditor or admin.'

interface Figures {
  tokens: number | null
  usd: string | null
}

interface Answer {
  granularity: string
  ledger: Figures
  invoice: Figures
  difference: Figures
  by_class: readonly (Figures & { class: string; lines: number })[]
  lines: readonly (Figures & { day: string; model: string; kind: string; class: string })[]
  entry: string
}

/** `palimpsest reconcile`: a provider's files against the ledger. 0: nothing but rounding differs; 1: something does; 2: not judged. */
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
  const invoices: string[] = []
  for (const file of flags.files) {
    const text = await readFile(file, 'utf8').catch(() => null)
    if (text === null) {
      io.warn(`${file} cannot be read.`)
      return 2
    }
    invoices.push(text)
  }
  try {
    const answer = (await ask(target, '/v1/costs/reconciliation', { ...flags.body, invoices })) as Answer
    if (flags.json) io.write(JSON.stringify(answer, null, 2))
    else for (const line of tableOf(answer)) io.write(line)
    return answer.lines.every((line) => line.class === 'rounding') ? 0 : 1
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
    const { values, positionals: files } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ provider: string, from: string, to: string, account: string, 'utc-offset': string, url: string },
        json: boolean,
      },
    })
    const { provider, from, to, account, url, json = false } = values
    const offset = Number(values['utc-offset'] ?? 0)
    if (files.length === 0 || !provider || !from || !to || !Number.isInteger(offset)) return null
    return { files, url, json, body: { provider, from, to, utc_offset_hours: offset, ...(account && { account }) } }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Invoice minus ledger, line by line, and what they add up to. */
function tableOf({ granularity, ledger, invoice, difference, by_class: byClass, lines, entry }: Answer): string[] {
  const row = (cells: readonly string[], { tokens, usd }: Figures) => [
    ...cells,
    tokens === null ? '' : String(tokens),
    usd ?? '',
  ]
  const rows = [
    ['day', 'model', 'kind', 'reason', 'tokens', 'USD'],
    ...lines.map((line) => row([line.day, line.model, line.kind, line.class], line)),
    ...byClass.map((one) => row([`${one.lines} lines`, '', '', one.class], one)),
    row(['ledger', '', '', ''], ledger),
    row(['invoice', '', '', ''], invoice),
    row(['difference', '', '', ''], difference),
  ]
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0))) ?? []
  const shown = rows.map((cells) =>
    cells
      .map((cell, at) => (at < 4 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return [...shown, `compared by ${granularity}; on record as ${entry}`]
}
