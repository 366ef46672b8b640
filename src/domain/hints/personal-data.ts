import { wilson } from '../benchmark/intervals.ts'
import { groupBy, joined, surprise } from './statistics.ts'
import { DAY_MS, type FindingRow, type Hint, type HintFacts, significant } from './types.ts'

const WEEK_MS = 7 * DAY_MS
/** 5 January 1970: a Monday. */
const FIRST_MONDAY = 4 * DAY_MS
/** Calls of a week below which it says nothing. */
const LEAST_CALLS = 30
/** "Keep pasting": a quarter of the calls or more, in four weeks one after another, each surely so (three standard deviations). */
const STANDING_SHARE = 0.25
const STANDING_WEEKS = 4
const SURELY = 3
/** "Began to": three times the share of the eight weeks before, in two weeks one after another, each unlikely by chance. */
const RISE_RATIO = 3
const RISE_WEEKS = 2
const RISE_BASELINE_WEEKS = 8
const RISE_LEVEL = 1e-5
/** Weeks that may lie between: a thin one does not end it. */
const GAP_MS = 4 * WEEK_MS
const SHOWN_TYPES = 4

interface Week {
  since: number
  until: number
  calls: number
  withPii: number
  /** Whether it keeps a standing hint, and whether it rose. */
  standing: boolean
  risen: boolean
  /** Of the weeks before; null: there are none. */
  baseline: number | null
}

/** Tools in which people keep pasting personal data, or began to, and of which kind. */
export function personalData({
  usage,
  findings,
  from,
  to,
}: Pick<HintFacts, 'usage' | 'findings' | 'from' | 'to'>): Hint[] {
  const found = groupBy(findings, ({ tool }) => tool)
  return [...groupBy(usage, ({ tool }) => tool)].flatMap(([tool, rows]) => {
    const weeks = judged(weeksOf(rows, from, to))
    const standing = stretches(weeks, 'standing', STANDING_WEEKS)
    const risen = stretches(weeks, 'risen', RISE_WEEKS).filter(
      (one) => !standing.some((other) => other.since <= one.since && one.until <= other.until),
    )
    const hint = (rule: string) => (stretch: (typeof standing)[number]) =>
      hintOf(tool, stretch, found.get(tool) ?? [], rule, to)
    return [...standing.map(hint(STANDING_RULE)), ...risen.map(hint(RISE_RULE))]
  })
}

/** Whole weeks, from Monday on. */
function weeksOf(
  rows: HintFacts['usage'],
  from: number,
  to: number,
): Pick<Week, 'since' | 'until' | 'calls' | 'withPii'>[] {
  const weekOf = (day: number) => day - ((day - FIRST_MONDAY) % WEEK_MS)
  return [...groupBy(rows, ({ day }) => String(weekOf(day)))]
    .map(([text, own]) => ({
      since: Number(text),
      until: Number(text) + WEEK_MS,
      calls: own.reduce((sum, { calls }) => sum + calls, 0),
      withPii: own.reduce((sum, { withPii }) => sum + withPii, 0),
    }))
    .filter(({ since, until, calls }) => since >= from && until <= to && calls >= LEAST_CALLS)
    .sort((a, b) => a.since - b.since)
}

function judged(weeks: ReturnType<typeof weeksOf>): Week[] {
  const done: Week[] = []
  for (const week of weeks) {
    const past = done.filter(({ risen }) => !risen).slice(-RISE_BASELINE_WEEKS)
    const [calls, withPii] = [sumOf(past, 'calls'), sumOf(past, 'withPii')]
    const baseline = calls === 0 ? null : withPii / calls
    const risen =
      past.length >= STANDING_WEEKS &&
      week.withPii >= RISE_RATIO * (baseline ?? 0) * week.calls &&
      surprise(week.withPii, week.calls, withPii, calls) <= RISE_LEVEL
    const standing = wilson(week.withPii, week.calls, SURELY).low >= STANDING_SHARE
    done.push({ ...week, baseline, risen, standing })
  }
  return done
}

function sumOf(weeks: readonly Week[], name: 'calls' | 'withPii'): number {
  return weeks.reduce((sum, week) => sum + week[name], 0)
}

/** Stretches that began with so many weeks one after another. */
function stretches(weeks: readonly Week[], name: 'standing' | 'risen', least: number) {
  let run = 0
  let began = false
  const kept: Week[] = []
  for (const [index, week] of weeks.entries()) {
    run = week[name] ? run + 1 : 0
    if (!week[name]) {
      const last = kept.at(-1)
      if (last && week.since - last.until >= GAP_MS) began = false
      continue
    }
    if (run >= least && !began) {
      began = true
      kept.push(...weeks.slice(index - least + 1, index))
    }
    if (began) kept.push(week)
  }
  return joined(kept, GAP_MS)
}

function hintOf(
  tool: string,
  { since, until, parts }: { since: number; until: number; parts: readonly Week[] },
  findings: readonly FindingRow[],
  rule: string,
  to: number,
): Hint {
  const own = findings.filter(({ day }) => day >= since && day < until)
  const types = [...groupBy(own, ({ entityType }) => entityType)]
    .map(([type, rows]) => [type, rows.reduce((sum, { calls }) => sum + calls, 0)] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN_TYPES)
  const [calls, withPii] = [sumOf(parts, 'calls'), sumOf(parts, 'withPii')]
  return {
    kind: 'personal_data',
    about: { tool, types: types.map(([type]) => type).join(', ') },
    since,
    until: to - until < 2 * WEEK_MS ? null : until,
    figures: {
      weeks: parts.length,
      calls,
      calls_with_personal_data: withPii,
      share: significant(withPii / calls, 3),
      ...(parts[0]?.baseline != null && { share_before: significant(parts[0].baseline, 3) }),
      ...Object.fromEntries(types.map(([type, count]) => [`calls_with_${type}`, count])),
    },
    rule,
    advice:
      'Say beside the input that these details are not needed, or take them from the record by an id; where they are needed, see that purpose and basis of the tool say so.',
  }
}

const STANDING_RULE = `personal data in ${100 * STANDING_SHARE} % of the calls or more (lower Wilson bound at ${SURELY} standard deviations) in ${STANDING_WEEKS} weeks one after another of ${LEAST_CALLS} calls or more`
const RISE_RULE = `${RISE_RATIO} times the share of the ${RISE_BASELINE_WEEKS} weeks before, with a probability below ${RISE_LEVEL} at that share (negative binomial), in ${RISE_WEEKS} weeks one after another of ${LEAST_CALLS} calls or more`
