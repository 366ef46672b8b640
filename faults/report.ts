import { nothingWasSent } from './load/types.ts'
import type { RunResult } from './run.ts'

/** Figures of a run, in the order in which they are printed. */
export function figuresOf(result: RunResult): [string, string | number][] {
  const { asked, journal, report, kills, calls, remaining, seconds } = result
  const tries = asked.flatMap((one) => one.tries)
  const lines = (what: string) => journal.filter((line) => line.what === what).length
  const entries = (status: string) => report.entries.filter((entry) => entry.status === status).length
  const called = [...calls.values()].reduce((sum, count) => sum + count, 0)
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0)
  return [
    [
      'kills',
      `${total} (${Object.entries(kills)
        .map(([target, count]) => `${target} ${count}`)
        .join(', ')})`,
    ],
    ...(result.lost.length > 0
      ? [['answers lost', `${result.lost[0]} of PostgreSQL, ${result.lost[1]} of Temporal`] as [string, string]]
      : []),
    ['gateway starts', result.gatewayStarts],
    ['questions asked', asked.length],
    ['exchanges', tries.length],
    ['  answered', tries.filter(({ outcome }) => outcome === 'answered').length],
    ['  broken off', tries.filter(({ outcome }) => outcome === 'broken').length],
    ['  503, nothing sent', tries.filter(nothingWasSent).length],
    ['requests accepted', lines('accepted')],
    ['  withdrawn', lines('withdrawn')],
    ['  recorded', report.entries.length],
    ['    answered', entries('answered')],
    ['    interrupted', entries('interrupted')],
    ['    failed', entries('failed')],
    ['    refused', entries('refused')],
    ['attempts on record', report.entries.reduce((sum, entry) => sum + entry.attemptCount, 0)],
    ['calls of the provider', called],
    ['attempts superseded', lines('superseded')],
    ['requests asked again', report.entries.filter(({ attemptCount }) => attemptCount > 1).length],
    ['left in flight', remaining.inFlight + remaining.attempts + remaining.pending],
    ['workflows running', remaining.workflows],
    ['leaves verified', report.checked.leaves],
    ['texts compared', report.checked.texts],
    ['keys asked again', report.checked.keys],
    ['seconds', `${seconds.load} load, ${seconds.settle} settling, ${seconds.check} check`],
    ['violations', report.violations.length],
  ]
}

export function formatFigures(figures: readonly [string, string | number][]): string {
  const width = Math.max(...figures.map(([name]) => name.length))
  return figures.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
