import { createHmac, createSecretKey } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { AnalyzeOptions, PiiEngine, RecognizerResult } from '../../../ports/pii-engine.ts'

/** Bytes of memory that a remembered text takes without its findings: key, lists, links. */
const BYTES_A_TEXT = 400
/** Bytes that a finding takes: an object of six fields and its place in the list. */
const BYTES_A_FINDING = 240
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024
/** An answer that takes more than this part of the whole is not kept: it would push out what many others need. */
const LARGEST_PART = 1 / 16

/**
 * Remembers what an engine said about a text, so that a conversation costs what is new in it. Keys are HMACs under
 * `secret`, which is made at start and lives in this process only; values hold offsets and types, no text. At most
 * `maxEntries` texts and about `maxBytes` bytes (default 32 MB), the ones used last; an answer of more than a sixteenth
 * of that is not kept. Failures are not remembered. What comes back is shared: do not change it.
 */
export function cachedEngine(
  engine: PiiEngine,
  secret: Uint8Array,
  maxEntries: number,
  maxBytes = DEFAULT_MAX_BYTES,
): PiiEngine {
  const hmacKey = createSecretKey(secret)
  const cache = new LRUCache<string, RecognizerResult[]>({
    max: maxEntries,
    maxSize: maxBytes,
    maxEntrySize: Math.floor(maxBytes * LARGEST_PART),
    sizeCalculation: (found) => BYTES_A_TEXT + found.length * BYTES_A_FINDING,
  })
  return {
    version: engine.version,
    async analyze(texts, options = {}) {
      options.signal?.throwIfAborted()
      const scope = scopeOf(engine.version, options)
      const keys = texts.map((text) =>
        createHmac('sha256', hmacKey).update(scope).update(text, 'utf16le').digest('base64'),
      )
      const results = keys.map((key) => cache.get(key))
      const missing = [...results.keys()].filter((i) => results[i] === undefined)
      const fresh =
        missing.length === 0
          ? []
          : await engine.analyze(
              missing.map((i) => texts[i] ?? ''),
              options,
            )
      missing.forEach((i, k) => {
        const found = fresh[k]
        const key = keys[i]
        if (found === undefined || key === undefined) throw new Error('the engine gave fewer results than it got texts')
        cache.set(key, found)
        results[i] = found
      })
      return results.map((found) => found ?? [])
    },
  }
}

/** All that changes an engine's answer about the same text. */
function scopeOf(version: string, { language, entities, scoreThreshold }: AnalyzeOptions): string {
  return `${JSON.stringify([version, language ?? null, entities ? [...entities].sort() : null, scoreThreshold ?? null])}\n`
}
