import { isDigitAt } from './recognisers/context-words.ts'

/** Digits that stand together; UTF-16 units, end exclusive. */
export interface DigitRun {
  start: number
  end: number
}

/** The longest stretches of ASCII digits between two places of a text, in their order. Linear. */
export function digitRuns(text: string, from = 0, to = text.length): DigitRun[] {
  const runs: DigitRun[] = []
  for (let i = from; i < to; i += 1) {
    if (!isDigitAt(text, i)) continue
    const start = i
    while (i + 1 < to && isDigitAt(text, i + 1)) i += 1
    runs.push({ start, end: i + 1 })
  }
  return runs
}

/** The ASCII digits between two places of a text, put together. */
export function digitsOf(text: string, from: number, to: number): string {
  let digits = ''
  let start = -1
  for (let i = from; i <= to; i += 1) {
    if (i < to && isDigitAt(text, i)) {
      if (start < 0) start = i
    } else if (start >= 0) {
      digits += text.slice(start, i)
      start = -1
    }
  }
  return digits
}
