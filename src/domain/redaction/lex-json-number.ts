/** Where a JSON number stands (RFC 8259, section 6): after a sign, a leading zero, digits, the point, and so on. */
export const NUMBER_START = 0
const SIGN = 1
const ZERO = 2
const INTEGER = 3
const POINT = 4
const FRACTION = 5
const E = 6
const E_SIGN = 7
const EXPONENT = 8

/** The next state, or -1 when the unit does not go on with the number. */
export function stepNumber(state: number, code: number): number {
  if (code >= 48 && code <= 57) return stepDigit(state, code)
  if (code === 46) return state === ZERO || state === INTEGER ? POINT : -1
  if (code === 101 || code === 69) return state === ZERO || state === INTEGER || state === FRACTION ? E : -1
  if (code === 45) return state === NUMBER_START ? SIGN : state === E ? E_SIGN : -1
  return code === 43 && state === E ? E_SIGN : -1
}

/** Whether a number may end in this state. */
export function isNumberEnd(state: number): boolean {
  return state === ZERO || state === INTEGER || state === FRACTION || state === EXPONENT
}

function stepDigit(state: number, code: number): number {
  if (state === NUMBER_START || state === SIGN) return code === 48 ? ZERO : INTEGER
  if (state === POINT) return FRACTION
  if (state === E || state === E_SIGN) return EXPONENT
  return state === ZERO ? -1 : state
}
