import type { Measured } from './measure.ts'
import { figures, interval, leakedShare, maskedShare, type Tally } from './score.ts'

/** The figures as Markdown. */
export function table(measured: readonly Measured[]): string {
  const corpora = measured[0]?.results.map(({ corpus }) => corpus) ?? []
  const parts = [summary(measured)]
  corpora.forEach((corpus, i) => {
    parts.push(
      `**${corpus}**\n\n${byGroup(measured.map(({ name, results }) => ({ name, tallies: results[i]?.tallies ?? [] })))}`,
    )
  })
  return parts.join('\n\n')
}

function summary(measured: readonly Measured[]): string {
  const rows = measured.flatMap(({ name, results, falseAlarms }) =>
    results.map(
      ({ corpus, tallies, msPerKb }) =>
        `| ${name} | ${corpus} | ${share(tallies, maskedShare)} | ${share(tallies, leakedShare)} | ${falseAlarms.toFixed(2)} | ${msPerKb.toFixed(1)} |`,
    ),
  )
  return `| engine | corpus | fully masked | characters leaked | false alarms per 2 KB of clean text | ms/KB, median |\n|---|---|---|---|---|---|\n${rows.join('\n')}`
}

function byGroup(contenders: readonly { name: string; tallies: readonly Tally[] }[]): string {
  const groups = [
    ...new Set(contenders.flatMap(({ tallies }) => tallies.flatMap(({ gold }) => [...gold.keys()]))),
  ].sort()
  const rows = contenders.flatMap(({ name, tallies }) =>
    groups.map((group) => {
      const { precision, recall, f2 } = figures(tallies, group)
      const count = tallies.reduce((total, one) => total + (one.gold.get(group) ?? 0), 0)
      const [low, high] = interval(tallies, (sample) => figures(sample, group).f2)
      return `| ${name} | ${group} | ${count} | ${two(precision)} | ${two(recall)} | ${two(f2)} (${two(low)}–${two(high)}) |`
    }),
  )
  return `| engine | entity | number | precision | recall | F2 (95 % interval) |\n|---|---|---|---|---|---|\n${rows.join('\n')}`
}

function share(tallies: readonly Tally[], figure: (sample: readonly Tally[]) => number): string {
  const [low, high] = interval(tallies, figure)
  const percent = (value: number): string => (value * 100).toFixed(1)
  return `${percent(figure(tallies))} % (${percent(low)}–${percent(high)})`
}

function two(value: number): string {
  return value.toFixed(2)
}
