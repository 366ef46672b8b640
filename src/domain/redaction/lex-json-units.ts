/** White space of JSON. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9
}

/** 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Starts a number, true, false or null. */
export function isScalarStart(code: number): boolean {
  return code === 45 || isDigit(code) || code === 116 || code === 102 || code === 110
}

/** What stands between the brackets of a placeholder. */
export function isMarkUnit(code: number): boolean {
  return (
    isDigit(code) || code === 95 || code === 45 || code === 32 || (code > 64 && code < 91) || (code > 96 && code < 123)
  )
}

/** The unit that a two-unit escape sequence stands for, by its second unit; -1 when there is none. */
export function simpleEscape(code: number): number {
  if (code === 34 || code === 92 || code === 47) return code
  if (code === 98) return 8
  if (code === 102) return 12
  if (code === 110) return 10
  if (code === 114) return 13
  return code === 116 ? 9 : -1
}

/** 0 to 15, or -1. */
export function hexValue(code: number): number {
  if (isDigit(code)) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  return code >= 65 && code <= 70 ? code - 55 : -1
}

/** The unit of `\uXXXX`, whose units are kept three numbers each. */
export function hexUnit(escape: readonly number[]): number {
  let unit = 0
  for (let i = 6; i < 18; i += 3) unit = unit * 16 + hexValue(escape[i] ?? 48)
  return unit
}
