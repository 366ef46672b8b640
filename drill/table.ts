import type { Outcome } from './run.ts'

const NAMED = { exact: 'yes', range: 'its range', wrong: 'NO', none: '–' }

/** What was tried, and how it came out, as a Markdown table. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ attempt, detected, named, said }) => [
    attempt.what,
    attempt.place,
    detected ? 'yes' : attempt.blind ? 'cannot be' : 'NO',
    detected ? NAMED[named] : '–',
    detected ? said : (attempt.blind ?? ''),
  ])
  const head = ['tried', 'row was', 'detected', 'named', 'what the verifier says first']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(i === 4 ? 0 : (widths[i] ?? 0))).join(' | ')} |`
  return [line(head), line(widths.map((width, i) => '-'.repeat(i === 4 ? 3 : width))), ...rows.map(line)].join('\n')
}

/** Holds where everything was detected and named that the design can see, and nothing else was claimed. */
export function summarise(outcomes: readonly Outcome[]): { holds: boolean; text: string } {
  const seen = outcomes.filter(({ detected }) => detected)
  const blind = outcomes.filter(({ detected, attempt }) => !detected && attempt.blind)
  const missed = outcomes.filter(({ detected, attempt }) => !detected && !attempt.blind)
  const wrong = seen.filter(({ named }) => named === 'wrong' || named === 'none')
  const text =
    `${outcomes.length} attempts: ${seen.length} detected (${seen.filter(({ named }) => named === 'exact').length} named ` +
    `exactly, ${seen.filter(({ named }) => named === 'range').length} by their range, ${wrong.length} named wrongly), ` +
    `${blind.length} that the design cannot see, ${missed.length} missed`
  return { holds: missed.length === 0 && wrong.length === 0, text }
}
