import type { NameSpan } from '../../../domain/redaction/names/decode-spans.ts'
import { joinSegments, type SegmentSpans } from '../../../domain/redaction/names/join-segments.ts'
import { cutSegments, type TextSegment } from '../../../domain/redaction/names/windows.ts'
import { readModelFiles } from './model-files.ts'
import { startWorkerPool } from './worker-pool.ts'

export interface NameModelOptions {
  /** Holds manifest.json, names.onnx and vocabulary.txt. */
  folder: string
  /** Worker threads, one core each; 1 to 64. */
  threads: number
}

/** Finds names of persons, places and organisations in the context they stand in. */
export interface NameModel {
  /** Version of the weights. */
  readonly version: string
  /**
   * One list of spans per text, ordered by start, without overlaps. Offsets are UTF-16 code units; scores are 0..1 and
   * low ones are given too: who calls decides from where on a span counts. Works off the event loop, texts of a call
   * batched and calls in turns. The same text alone gives the same spans.
   *
   * @throws PalimpsestError `name_model_failed`, `name_model_stopped`; the signal's reason
   */
  find(texts: readonly string[], signal?: AbortSignal): Promise<NameSpan[][]>
  /** Ends the worker threads. */
  close(): Promise<void>
}

/** UTF-16 code units of short texts that go into one job together. */
const JOB_UNITS = 12_000

interface Part {
  text: number
  segment: TextSegment
}

/**
 * Loads and checks the model and starts its threads.
 *
 * @throws PalimpsestError `name_model_invalid` when a file is missing, damaged or of another version
 */
export async function createNameModel({ folder, threads }: NameModelOptions): Promise<NameModel> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw new RangeError('threads must be 1 to 64')
  const files = await readModelFiles(folder)
  const pool = await startWorkerPool(files, threads)
  return {
    version: files.version,
    async find(texts, signal) {
      const jobs = planJobs(texts)
      const answers = await pool.run(
        jobs.map((parts) => parts.map(({ text, segment }) => (texts[text] ?? '').slice(segment.start, segment.end))),
        signal,
      )
      const segments: SegmentSpans[][] = texts.map(() => [])
      jobs.forEach((parts, j) => {
        parts.forEach(({ text, segment }, p) => {
          segments[text]?.push({ segment, spans: answers[j]?.[p] ?? [] })
        })
      })
      return segments.map(joinSegments)
    },
    close: () => pool.close(),
  }
}

/** Segments of all texts in order; short ones together, so that no job is much longer than `JOB_UNITS`. */
function planJobs(texts: readonly string[]): Part[][] {
  const jobs: Part[][] = []
  let job: Part[] = []
  let size = 0
  texts.forEach((content, text) => {
    for (const segment of cutSegments(content)) {
      const units = segment.end - segment.start
      if (job.length > 0 && size + units > JOB_UNITS) {
        jobs.push(job)
        job = []
        size = 0
      }
      job.push({ text, segment })
      size += units
    }
  })
  if (job.length > 0) jobs.push(job)
  return jobs
}
