/** A stretch of words that the model reads at once, and the part of it whose answers count. Ends are exclusive. */
export interface WordWindow {
  start: number
  end: number
  keepFrom: number
  keepTo: number
}

/** Words the model reads at once. */
export const WINDOW_WORDS = 160
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

/** A stretch of a long text for one job, and the part of it in which a span has to begin to count. */
export interface TextSegment {
  start: number
  end: number
  keepFrom: number
  keepTo: number
}

/** UTF-16 code units of a long text that one job reads, without the context around. */
const SEGMENT_UNITS = 12_000
const SEGMENT_CONTEXT = 400

/** Cuts a text into segments at spaces where there are any; never inside a surrogate pair. */
export function cutSegments(text: string): TextSegment[] {
  const segments: TextSegment[] = []
  let keepFrom = 0
  while (keepFrom < text.length) {
    const keepTo = breakNear(text, keepFrom + SEGMENT_UNITS)
    const start = breakNear(text, Math.max(0, keepFrom - SEGMENT_CONTEXT))
    const end = breakNear(text, keepTo + SEGMENT_CONTEXT)
    segments.push({ start: Math.min(start, keepFrom), end, keepFrom, keepTo })
    keepFrom = keepTo
  }
  return segments
}

/** The end of the text, or the last white space within a hundred code units before `at`, or `at` itself. */
function breakNear(text: string, at: number): number {
  if (at >= text.length) return text.length
  for (let i = at; i > at - 100 && i > 0; i -= 1) if (/\s/.test(text[i] ?? '')) return i
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at
}
