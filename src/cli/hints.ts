import { parseArgs } from 'node:util'
import { ask, NO_OPERATOR, NotAnswered, operatorTargetOf } from './ask-gateway.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest hints [--days <n>] [--url <gateway>] [--json]`

interface Hint {
  kind: string
  about: Record<string, string>
  since: string
  until: string | null
  figures: Record<string, number | string>
  rule: string
  advice: string
}

/** `palimpsest hints`: what the log shows. 0: told, whether or not there is any; 2: not done. */
export async function run(args: string[], io: Io): Promise<number> {
  const flags = parse(args)
  if (!flags) {
    io.warn(USAGE)
    return 2
  }
  const target = operatorTargetOf(flags.url, io)
  if (!target) {
    io.warn(NO_OPERATOR)
    return 2
  }
  try {
    const found = (await ask(target, `/v1/hints${flags.days === null ? '' : `?days=${flags.days}`}`)) as {
      from: string
      hints: Hint[]
    }
    if (flags.json) io.write(JSON.stringify(found, null, 2))
    else {
      for (const hint of found.hints) for (const line of linesOf(hint)) io.write(line)
      if (found.hints.length === 0) io.write(`There is no hint since ${found.from}.`)
    }
    return 0
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(error.message)
    return 2
  }
}

function parse(args: string[]): { days: number | null; url: string | undefined; json: boolean } | null {
  const string = { type: 'string' } as const
  try {
    const { values } = parseArgs({ args, options: { days: string, url: string, json: { type: 'boolean' } } })
    const days = values.days === undefined ? null : Number(values.days)
    if (days !== null && (!Number.isSafeInteger(days) || days < 1)) return null
    return { days, url: values.url, json: values.json ?? false }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function linesOf({ kind, about, since, until, figures, rule, advice }: Hint): string[] {
  const named = (values: Record<string, number | string>) =>
    Object.entries(values)
      .map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`)
      .join(', ')
  return [
    `${kind.replaceAll('_', ' ')}: ${named(about)}; since ${since}${until === null ? '' : ` until ${until}`}`,
    `  figures: ${named(figures)}`,
    `  rule: ${rule}`,
    `  ${advice}`,
  ]
}
