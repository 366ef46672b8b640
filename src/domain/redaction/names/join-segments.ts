import type { NameSpan } from './decode-spans.ts'
import type { TextSegment } from './windows.ts'

/** Spans of a segment, offsets from the segment's start. */
export interface SegmentSpans {
  segment: TextSegment
  spans: readonly NameSpan[]
}

/**
 * Spans of a whole text from those of its segments, which overlap: a span counts in the segment that keeps its start.
 * Where two segments see a name at their border differently, the union is taken, with the higher score.
 */
export function joinSegments(segments: readonly SegmentSpans[]): NameSpan[] {
  const joined: NameSpan[] = []
  for (const { segment, spans } of segments) {
    for (const span of spans) {
      const start = span.start + segment.start
      const end = span.end + segment.start
      if (start < segment.keepFrom || start >= segment.keepTo) continue
      const last = joined.at(-1)
      if (last !== undefined && start < last.end) {
        if (span.score > last.score) last.entityType = span.entityType
        last.score = Math.max(last.score, span.score)
        last.end = Math.max(last.end, end)
      } else {
        joined.push({ ...span, start, end })
      }
    }
  }
  return joined
}
