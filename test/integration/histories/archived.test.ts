import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchivedHistories } from '../../../src/adapters/postgres/histories/archived-histories.ts'
import { createHistoryArchive } from '../../../src/adapters/postgres/histories/history-archive.ts'
import type { HistoryArchive, ReadArchivedHistories } from '../../../src/ports/history-archive.ts'
import { dropDay, objectsOf } from '../../support/archive/past-objects.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const DAY = '2026-01-05'
const HISTORIES = fileURLToPath(new URL('../../histories/', import.meta.url))
const recorded = (name: string) => readFileSync(join(HISTORIES, `request-${name}.json`), 'utf8')

describe('histories of a day that left the database', { timeout: 120_000 }, () => {
  let stack: ArchiveStack
  let archive: HistoryArchive
  let archived: ReadArchivedHistories
  let ids: string[]
  beforeAll(async () => {
    stack = await startArchiveStack()
    const { ledger, folder } = stack.test
    archive = createHistoryArchive(ledger.sql)
    archived = createArchivedHistories({ sql: ledger.sql, objects: objectsOf(stack.store, join(folder, 'objects')) })
    ids = await stack.plant('acme', DAY, 6)
    const [first = '', second = ''] = ids
    const at = Date.parse(`${DAY}T09:00:00.123Z`)
    const base = { tenantId: 'acme', retentionClass: 'standard' }
    for (const [entryId, name, closedAt] of [
      [first, 'tried-again', at + 5],
      [first, 'answered', at],
      [second, 'refused', at],
    ] as const) {
      const kept = await archive.keep({ ...base, entryId, runId: randomUUID(), closedAt, history: recorded(name) })
      expect(kept).toBe('kept')
    }
  })
  afterAll(() => stack.close())

  it('are read from the archive byte for byte, every run of a request, oldest first', async () => {
    const [first = '', second = '', third = ''] = ids
    const before = await Promise.all([first, second].map((id) => archive.find('acme', id)))
    expect(before.map((runs) => runs.length)).toEqual([2, 1])
    expect(await archived('acme', first)).toEqual([])
    await stack.seal(DAY)
    expect(await stack.run()).toMatchObject({ failures: [] })
    await dropDay(stack.admin, DAY)
    expect(await Promise.all([first, second].map((id) => archived('acme', id)))).toEqual(before)
    expect(before[0]?.map(({ history }) => history)).toEqual([recorded('answered'), recorded('tried-again')])
    expect(await archived('acme', third)).toEqual([])
    expect(await archived('other', first)).toEqual([])
    expect(await stack.admin`SELECT to_regclass('workflow_history_20260105') AS name`).toMatchObject([{ name: null }])
  })
})
