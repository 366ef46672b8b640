import { resolveOverlaps } from '../../../domain/redaction/resolve-overlaps.ts'
import type { PiiEngine } from '../../../ports/pii-engine.ts'

/** Several engines as one: what any of them finds counts. One that fails fails all. */
export function unionEngine(engines: readonly PiiEngine[]): PiiEngine {
  return {
    version: engines.map(({ version }) => version).join('|'),
    async analyze(texts, options) {
      const answers = await Promise.all(engines.map((engine) => engine.analyze(texts, options)))
      return texts.map((_, i) =>
        resolveOverlaps(
          answers.flatMap((answer) =>
            (answer[i] ?? []).map((one) => ({ ...one, evidence: one.evidence ?? 'context' })),
          ),
        ),
      )
    },
  }
}
