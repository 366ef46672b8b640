import { PalimpsestError } from '../errors.ts'

/** One thing that is wrong with the configuration, and where. Never a value that could be a secret. */
export interface ConfigProblem {
  /** The file, null for an environment variable. */
  file: string | null
  /** From 1; null where the problem has no place in the file. */
  line: number | null
  column: number | null
  /** What is wrong and what to do. Names the field or the variable. */
  message: string
}

/** The configuration cannot be used. The message lists every problem, one a line. Code `invalid_configuration`. */
export class ConfigError extends PalimpsestError {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super({ code: 'invalid_configuration', status: 500, message: problems.map(formatProblem).join('\n') })
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** `file:line:column: message`, as editors read it. */
function formatProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':')
  return place === '' ? problem.message : `${place}: ${problem.message}`
}

/** The word of `known` that was probably meant, or null: at most two edits away and half of the word. */
export function didYouMean(word: string, known: readonly string[]): string | null {
  let best: string | null = null
  let bestDistance = Math.min(2, Math.floor(word.length / 2)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Optimal string alignment distance (a swap of neighbours is one edit); `limit` where it is not below. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 64 || b.length > 64) return limit
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, at(before, column - 2) + 1)
      current.push(cost)
    }
    before = above
    above = current
  }
  return Math.min(at(above, b.length), limit)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0
}
