import { ofLastText } from './of-last-text.ts'

/** A stretch of a text; UTF-16 units, end exclusive. */
export interface Run {
  start: number
  end: number
}

/** Shorter runs hold nothing that is looked for in them: the shortest are addresses of a wallet with eleven. */
const MIN_LENGTH = 11
/** `A-Z a-z 0-9 + / = _ . : -`, by code. */
const IS_TOKEN_UNIT = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/=_.:-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/**
 * The longest stretches of letters, digits and `+/=_.:-` that are long enough for a token, a hash or an address of a
 * machine. Those of the text that was asked for last are kept. Linear.
 */
export const tokenRuns = ofLastText((text): readonly Run[] => {
  const runs: Run[] = []
  let start = -1
  for (let i = 0; i <= text.length; i += 1) {
    const code = i < text.length ? text.charCodeAt(i) : 0
    if (code < 128 && IS_TOKEN_UNIT[code] === 1) {
      if (start < 0) start = i
    } else if (start >= 0) {
      if (i - start >= MIN_LENGTH) runs.push({ start, end: i })
      start = -1
    }
  }
  return runs
})

/**
 * What a pattern matches in a text, where it matches nothing but units of such runs, at least eleven of them, and looks
 * at no others. @param pattern with the flag g
 */
export function* matchesInTokens(text: string, pattern: RegExp): Generator<{ index: number; 0: string }> {
  for (const { start, end } of tokenRuns(text)) {
    const run = text.slice(start, end)
    pattern.lastIndex = 0
    for (let match = pattern.exec(run); match !== null; match = pattern.exec(run)) {
      const next = pattern.lastIndex
      yield { index: start + match.index, 0: match[0] }
      pattern.lastIndex = next
    }
  }
}
