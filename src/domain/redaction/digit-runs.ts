/** Digits that stand together; UTF-16 units, end exclusive. */
export interface DigitRun {
  start: number
  end: number
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** The longest stretches of ASCII digits between two places of a text, in their order. Linear. */
export function digitRuns(text: string, from = 0, to = text.length): DigitRun[] {
  const runs: DigitRun[] = []
  for (let i = from; i < to; i += 1) {
    if (!isDigit(text.charCodeAt(i))) continue
    const start = i
    while (i + 1 < to && isDigit(text.charCodeAt(i + 1))) i += 1
    runs.push({ start, end: i + 1 })
  }
  return runs
}

/** The ASCII digits between two places of a text, put together. */
export function digitsOf(text: string, from: number, to: number): string {
  let digits = ''
  let start = -1
  for (let i = from; i <= to; i += 1) {
    if (i < to && isDigit(text.charCodeAt(i))) {
      if (start < 0) start = i
    } else if (start >= 0) {
      digits += text.slice(start, i)
      start = -1
    }
  }
  return digits
}
