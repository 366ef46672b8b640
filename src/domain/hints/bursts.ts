import { groupBy, joined, surprise } from './statistics.ts'
import { DAY_MS, type EndingRow, type Hint, type HintFacts, HOUR_MS, significant } from './types.ts'

const BASELINE_DAYS = 28
/** Days and calls before which there is no baseline. */
const LEAST_DAYS = 7
const LEAST_CALLS = 100
/** Events at least, and how many times the baseline's share. */
const LEAST_EVENTS = 5
const LEAST_RATIO = 3
/**
 * A window that is this unlikely is a burst. Some twenty series are looked at in 48 windows a day, so that by chance alone one in
 * three hundred months has one.
 */
const LEVEL = 1e-7
const GAP_MS = 24 * HOUR_MS

interface Hour {
  at: number
  calls: number
  events: number
  codes: Map<string, number>
}

interface Burst {
  since: number
  until: number
  calls: number
  events: number
  baseline: number
  probability: number
  codes: Map<string, number>
}

/** Bursts of errors by provider and of refusals by tool. */
export function bursts({ endings, to }: Pick<HintFacts, 'endings' | 'to'>): Hint[] {
  const sent = endings.filter(({ provider, ending }) => provider !== 'none' && ending !== 'refused')
  const errors = seriesOf(sent, 'provider', 'troubled').flatMap(([provider, hours]) =>
    burstsOf(hours).map((burst) => hintOf('errors', { provider }, burst, to)),
  )
  const refusals = seriesOf(endings, 'tool', 'refused').flatMap(([tool, hours]) =>
    burstsOf(hours).map((burst) => hintOf('refusals', { tool }, burst, to)),
  )
  return [...errors, ...refusals]
}

function seriesOf(rows: readonly EndingRow[], by: 'provider' | 'tool', event: EndingRow['ending']): [string, Hour[]][] {
  return [...groupBy(rows, (row) => row[by])].map(([name, own]) => {
    const hours = [...groupBy(own, ({ hour }) => String(hour))].map(([at, parts]) => hourOf(Number(at), parts, event))
    return [name, hours.sort((a, b) => a.at - b.at)]
  })
}

function hourOf(at: number, rows: readonly EndingRow[], event: EndingRow['ending']): Hour {
  const codes = new Map<string, number>()
  let [calls, events] = [0, 0]
  for (const row of rows) {
    calls += row.calls
    if (row.ending !== event) continue
    events += row.calls
    codes.set(row.code, (codes.get(row.code) ?? 0) + row.calls)
  }
  return { at, calls, events, codes }
}

/** Each hour against the four weeks before it, by itself and with what came earlier on its day; what is in a burst is no baseline. */
function burstsOf(hours: readonly Hour[]): Burst[] {
  const first = hours[0]?.at ?? 0
  const found: Burst[] = []
  const inBurst = new Set<number>()
  const past = { calls: 0, events: 0, from: 0 }
  let pending: Hour[] = []
  for (const [index, hour] of hours.entries()) {
    const day = Math.floor(hour.at / DAY_MS) * DAY_MS
    // A day counts as past when it is over.
    pending = pending.filter((one) => {
      if (one.at >= day) return true
      add(past, one, inBurst.has(one.at) ? 0 : 1)
      return false
    })
    for (; (hours[past.from]?.at ?? Infinity) < day - BASELINE_DAYS * DAY_MS; past.from++) {
      const old = hours[past.from] as Hour
      add(past, old, inBurst.has(old.at) ? 0 : -1)
    }
    pending.push(hour)
    if (hour.at - first < LEAST_DAYS * DAY_MS || past.calls < LEAST_CALLS) continue
    const today = pending.filter(({ at }) => !inBurst.has(at))
    const burst = [[hour], today].map((window) => judge(window, past)).find((one) => one !== null)
    if (!burst) continue
    found.push(burst)
    for (const one of hours.slice(Math.max(0, index - 24), index + 1)) if (one.at >= burst.since) inBurst.add(one.at)
  }
  return found
}

function add(past: { calls: number; events: number }, { calls, events }: Hour, sign: number): void {
  past.calls += sign * calls
  past.events += sign * events
}

function judge(window: readonly Hour[], past: { calls: number; events: number }): Burst | null {
  const calls = window.reduce((sum, hour) => sum + hour.calls, 0)
  const events = window.reduce((sum, hour) => sum + hour.events, 0)
  const baseline = past.events / past.calls
  if (events < LEAST_EVENTS || events / calls < LEAST_RATIO * baseline) return null
  const probability = surprise(events, calls, past.events, past.calls)
  if (probability > LEVEL) return null
  const withEvents = window.filter((hour) => hour.events > 0)
  const codes = new Map<string, number>()
  for (const hour of window) for (const [code, count] of hour.codes) codes.set(code, (codes.get(code) ?? 0) + count)
  const [since, last] = [withEvents[0]?.at ?? 0, window.at(-1)?.at ?? 0]
  return { since, until: last + HOUR_MS, calls, events, baseline, probability, codes }
}

/** The windows that lie together are one: the figures are those of the most unlikely. */
function hintOf(kind: 'errors' | 'refusals', about: Record<string, string>, burst: Burst, to: number): Hint {
  const { since, until, calls, events, baseline, probability, codes } = burst
  const [code = 'none'] = [...codes].sort((a, b) => b[1] - a[1])[0] ?? []
  return {
    kind,
    about,
    since,
    until: to - until < HOUR_MS ? null : until,
    figures: {
      calls,
      [kind]: events,
      share: significant(events / calls),
      baseline_share: significant(baseline),
      probability: significant(probability, 2),
      most_frequent_code: code,
    },
    rule: `${LEAST_EVENTS} or more of an hour's or a day's calls, ${LEAST_RATIO} times the share of the ${BASELINE_DAYS} days before, and as many or more with a probability below ${LEVEL} at that share (negative binomial)`,
    advice: kind === 'errors' ? ERRORS_ADVICE : REFUSALS_ADVICE,
  }
}

const ERRORS_ADVICE =
  "See the provider's status page and quota; give its models a fallback in routes, and tools that nobody waits for interactive: false."
const REFUSALS_ADVICE =
  'Look at the code: an app that was changed asks for what its policy does not allow. Mend the app, or change the policy on purpose.'

/** Hints of the same kind about the same thing that are at most a day apart are one. */
export function mergeBursts(hints: readonly Hint[]): Hint[] {
  const keyOf = ({ kind, about }: Hint) => JSON.stringify([kind, about])
  return [...groupBy(hints, keyOf).values()].flatMap((own) => {
    const parts = own.map((hint) => ({ hint, since: hint.since, until: hint.until ?? Infinity }))
    return joined(
      parts.sort((a, b) => a.since - b.since),
      GAP_MS,
    ).map((stretch) => {
      const [strongest] = stretch.parts.toSorted((a, b) => probabilityOf(a.hint) - probabilityOf(b.hint))
      const { hint } = strongest as (typeof stretch.parts)[number]
      return { ...hint, since: stretch.since, until: stretch.until === Infinity ? null : stretch.until }
    })
  })
}

function probabilityOf({ figures }: Hint): number {
  return Number(figures.probability)
}
