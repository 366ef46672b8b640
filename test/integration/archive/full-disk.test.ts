import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiskTry } from '../../support/archive/full-disk-process.ts'
import { appendPast, callsOfDay } from '../../support/archive/past-ledger.ts'
import { openTestLedger, type TestLedger } from '../ledger/support.ts'

const DAY = '2026-01-05'
const ENTRIES = 2_000
const PROCESS = fileURLToPath(new URL('../../support/archive/full-disk-process.ts', import.meta.url))

/** How a process gets file systems of its own, here; null: not at all. */
const ownMounts = [['--mount'], ['--user', '--map-root-user', '--mount']].find((options) => {
  try {
    execFileSync('unshare', [...options, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', tmpdir()], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
})

describe('a disk that is full', { timeout: 300_000 }, () => {
  let test: TestLedger
  beforeAll(async () => {
    test = await openTestLedger()
    const writer = test.ledger.openWriter()
    await appendPast(test.ledger, writer, DAY, callsOfDay(test.calls, 'full', DAY, ENTRIES))
    await writer.close()
  }, 120_000)
  afterAll(() => test.remove())

  it('at any step ends the try with nothing recorded and nothing left, and the next one with room goes on', async (context) => {
    if (ownMounts === undefined) return context.skip('unshare cannot give a process a file system of its own here')
    const disk = join(test.folder, 'disk')
    mkdirSync(disk)
    const { stdout } = await promisify(execFile)('unshare', [
      ...ownMounts,
      ...[process.execPath, '--disable-warning=ExperimentalWarning', PROCESS],
      ...[test.databases.app, test.folder, disk, 'full', DAY],
    ])
    const tries = JSON.parse(stdout) as DiskTry[]
    const last = tries.pop()
    expect(tries.filter(({ recorded }) => recorded !== 0)).toEqual([])
    expect(tries.filter(({ left }) => left.length > 0)).toEqual([])
    // It was full while PostgreSQL was read, while DuckDB wrote, in the store, and while what was stored was fetched back.
    const codes = new Set(tries.map(({ code }) => code))
    expect([...codes].sort()).toEqual(['DuckFailure', 'Error:ENOSPC', 'archive_disk_full', 'archive_store_full'])
    expect(last).toMatchObject({ code: null, left: [], recorded: 1, verified: 3, stored: 3 })
    const [row] = await test.ledger.sql`SELECT count(*)::integer AS standing FROM ledger_entry WHERE tenant_id = 'full'
      AND kind = 'interaction'`
    expect(row?.standing).toBe(ENTRIES)
  })
})
