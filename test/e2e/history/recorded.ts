import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { History } from './read-history.ts'

/** Histories of workflows as they were recorded once, by kind and name. */
export const HISTORIES = fileURLToPath(new URL('../../histories', import.meta.url))

/**
 * Writes a history to `test/histories` where `PALIMPSEST_RECORD_HISTORIES` is set: after the workflow has changed on
 * purpose. Who ran it and where is left out.
 */
export function keepHistory(
  name: string,
  history: History,
  kind: 'request' | 'erasure' | 'export' | 'report' | 'question' | 'webhook' | 'archive' = 'request',
): void {
  if (process.env.PALIMPSEST_RECORD_HISTORIES !== '1') return
  const text = historyToJSON(history)
    .replaceAll(/"identity": "[^"]*"/g, '"identity": "worker"')
    .replaceAll(/"name": "\d+@[^"]*"/g, '"name": "sticky"')
    .replaceAll(/"name": "(erasures-)?(test|archive)-ledger_[0-9a-f]+"/g, '"name": "palimpsest"')
  mkdirSync(HISTORIES, { recursive: true })
  writeFileSync(join(HISTORIES, `${kind}-${name}.json`), `${text}\n`)
}
