/** What a legal hold covers. Times are milliseconds since the Unix epoch; `from` is in the period, `to` no more. */
export type HoldScope =
  | { kind: 'subject'; pseudonym: string }
  | { kind: 'tenant' }
  | { kind: 'period'; from: number; to: number }

/** The `detail` of the entry that places a hold: what it covers, as the database reads it. The subject is the entry's own. */
export function holdDetail(scope: HoldScope): { scope: HoldScope['kind']; from?: string; to?: string } {
  if (scope.kind !== 'period') return { scope: scope.kind }
  return { scope: scope.kind, from: new Date(scope.from).toISOString(), to: new Date(scope.to).toISOString() }
}

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/
/** Nothing was recorded before; behind it a date has more digits. */
const FIRST = Date.UTC(2000, 0, 1)
const LAST = Date.UTC(9999, 11, 31)

/**
 * One end of a period: a date, or a date and time with its offset (RFC 3339). A date alone is the whole day, in UTC: as an end it
 * stands for the midnight behind it, so that no day that somebody named is left out. Undefined: it is neither.
 */
export function parsePeriodEnd(text: string, end: 'from' | 'to'): number | undefined {
  const isDate = DATE.test(text)
  if (!isDate && !TIME.test(text)) return undefined
  const at = Date.parse(text)
  // JavaScript takes the 31st of February for the 3rd of March.
  if (!Number.isFinite(at) || (isDate && !new Date(at).toISOString().startsWith(text))) return undefined
  if (!isDate && !isRealDay(text.slice(0, 10))) return undefined
  const instant = isDate && end === 'to' ? at + DAY_MS : at
  return instant < FIRST || instant > LAST ? undefined : instant
}

function isRealDay(date: string): boolean {
  const at = Date.parse(date)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(date)
}
