/**
 * When an erasure that was asked for has to be answered: one calendar month later (Art. 12(3) GDPR), on the same day of the month
 * or, where that month has none, on its last day. In UTC, at the same time of day, which is never later than the law's own end of
 * that day; weekends and holidays do not put it off. Milliseconds since the Unix epoch, both ways.
 */
export function legalDeadline(requestedAt: number): number {
  const asked = new Date(requestedAt)
  const due = new Date(requestedAt)
  due.setUTCDate(1)
  due.setUTCMonth(asked.getUTCMonth() + 1)
  due.setUTCDate(Math.min(asked.getUTCDate(), daysOf(due.getUTCFullYear(), due.getUTCMonth())))
  return due.getTime()
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}
