/** Thirteen digits with the check digit of a trade item (GS1 General Specifications, 7.9): most that have it are one. */
export function isTradeItem(digits: string): boolean {
  if (!/^[0-9]{13}$/.test(digits)) return false
  let sum = 0
  for (let i = 0; i < 13; i += 1) sum += (digits.charCodeAt(i) - 48) * (i % 2 === 0 ? 1 : 3)
  return sum % 10 === 0
}
