/** Entries that are read at once, at the beginning and while they are long. */
export const LEAST_STRETCH = 20
const MOST_STRETCH = 320
/** Characters of an entry, on average, up to which more of them are read at once. */
const SHORT_CHARACTERS = 8_192

/**
 * How many entries are read at once behind a stretch that was whole: twice as many while they are short, because each look into the
 * archive costs a process, and few again as soon as they are long.
 */
export function nextStretch(read: number, characters: number): number {
  const isShort = characters <= read * SHORT_CHARACTERS
  return isShort ? Math.min(MOST_STRETCH, Math.max(LEAST_STRETCH, read * 2)) : LEAST_STRETCH
}
