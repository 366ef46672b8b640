/** FNV-1a of 32 bits (Fowler, Noll, Vo), here over UTF-16 code units: where it starts. */
export const FNV_START = 0x811c9dc5

/** The hash of what was hashed before and one more unit. */
export function fnv(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** The hash of a part of a text behind what was hashed before. */
export function fnvOf(hash: number, text: string, from: number, to: number): number {
  let grown = hash
  for (let at = from; at < to; at += 1) grown = fnv(grown, text.charCodeAt(at))
  return grown
}
