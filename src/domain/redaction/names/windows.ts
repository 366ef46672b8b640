/** A stretch of words that the model reads at once, and the part of it whose answers count. Ends are exclusive. */
export interface WordWindow {
  start: number
  end: number
  keepFrom: number
  keepTo: number
}

/** Words the model reads at once. */
export const WINDOW_WORDS = 320
/** Words of context on each side of a border between windows. */
export const WINDOW_MARGIN = 16

/** Cuts `count` words into windows; each word is kept once, with at least the margin of context around it. */
export function cutWindows(count: number): WordWindow[] {
  const windows: WordWindow[] = []
  let keepFrom = 0
  while (keepFrom < count) {
    const start = Math.max(0, keepFrom - WINDOW_MARGIN)
    const end = Math.min(count, start + WINDOW_WORDS)
    const keepTo = end === count ? count : end - WINDOW_MARGIN
    windows.push({ start, end, keepFrom, keepTo })
    keepFrom = keepTo
  }
  return windows
}
