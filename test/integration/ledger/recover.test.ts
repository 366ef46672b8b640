import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSampleLedger, SampleCalls, type SampleLedger } from '../../../drill/sample-ledger.ts'
import { recoverLedger } from '../../../src/adapters/postgres/ledger/recover.ts'
import { Sequencer } from '../../../src/adapters/postgres/ledger/sequencer.ts'
import { LogDiverged } from '../../../src/ports/anchored-heads.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { copyDatabase, databaseOf, dropDatabase } from './support.ts'

describe('a database that is restored to an earlier time', () => {
  let databases: TestDatabases
  let folder: string
  let ledger: SampleLedger
  const calls = new SampleCalls()

  const open = () => openSampleLedger({ databaseUrl: databases.app, folder })
  const append = async (count: number, tenant: string) => {
    const writer = ledger.openWriter()
    await Promise.all(Array.from({ length: count }, () => writer.append(calls.next(tenant))))
    await writer.close()
  }
  const sizeOf = async (tenant: string) => ledger.trees.size((await ledger.logs.of(tenant)).origin)
  const verify = async (tenant: string, ...known: string[]) => {
    const file = join(folder, `${tenant}.zip`)
    await ledger.packTo(file, tenant, { wholeStore: true })
    return verifyPath(file, { trust: [...(await ledger.trusted(tenant)), ...known], anchors: ledger.anchorFolder })
  }

  beforeAll(async () => {
    databases = await createDatabases()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-recover-'))
    ledger = await open()
  })

  afterAll(async () => {
    await ledger.close()
    await databases.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is noticed and never signed over; a recovery goes on, and the verifier names the lost range and nothing else', async () => {
    await append(20, 'acme')
    await append(3, 'quiet')
    await ledger.sequence()
    // Some are written and have no leaf yet when the backup is taken.
    await append(2, 'acme')
    await ledger.close()
    const [live, backup] = [databaseOf(databases.app), `${databaseOf(databases.app)}_backup`]
    await copyDatabase(live, backup)
    ledger = await open()
    await ledger.sequence()
    await append(10, 'acme')
    await ledger.sequence()
    await ledger.anchor()
    const anchoredSize = await sizeOf('acme')
    expect((await verify('acme')).exit).toBe(0)

    await ledger.close()
    await dropDatabase(live)
    await copyDatabase(backup, live)
    await dropDatabase(backup)
    ledger = await open()
    const restoredSize = await sizeOf('acme')
    expect(restoredSize).toBeLessThan(anchoredSize)
    const { sql, logs, anchors } = ledger
    const sequencer = new Sequencer({ sql, logs, anchored: anchors, onRefused: () => undefined })
    await expect(sequencer.round()).rejects.toThrow(LogDiverged)
    await expect(ledger.anchor()).rejects.toThrow(LogDiverged)
    expect(await sizeOf('acme')).toBe(restoredSize)

    const recovered = await ledger.recover()
    expect(recovered.map(({ tenant }) => tenant)).toEqual(['acme', 'quiet'])
    expect(recovered[0]).toMatchObject({ restoredSize, anchoredSize, unplaced: 3, origin: 'drill.local/acme/g2' })
    await ledger.close()
    ledger = await open()
    await append(4, 'acme')
    await ledger.sequence()
    await ledger.anchor()
    const { exit, problems } = await verify('acme')
    expect(exit).toBe(1)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ kind: 'lost', log: 'drill.local/acme/g1', leaf: restoredSize })
    expect(problems[0]?.what).toContain(`leaves ${restoredSize} to ${anchoredSize - 1} were lost in a restore`)
    expect(await verify('quiet')).toMatchObject({ exit: 0, problems: [] })
  })
  it('restored again right behind a recovery, gets generations that no recovery has begun', async () => {
    const [live, backup] = [databaseOf(databases.app), `${databaseOf(databases.app)}_again`]
    await ledger.close()
    await copyDatabase(live, backup)
    ledger = await open()
    const first = await ledger.recover()
    expect(first.map(({ origin }) => origin)).toEqual(['drill.local/acme/g3', 'drill.local/quiet/g3'])
    await ledger.close()
    await dropDatabase(live)
    await copyDatabase(backup, live)
    await dropDatabase(backup)
    ledger = await open()
    const second = await ledger.recover()
    expect(second.map(({ origin }) => origin)).toEqual(['drill.local/acme/g4', 'drill.local/quiet/g4'])
    await append(2, 'acme')
    await ledger.sequence()
    await ledger.anchor()
    // An auditor has the key that the first of the two gave them.
    const { exit, problems } = await verify('acme', first[0]?.verifierKey ?? '')
    expect(exit).toBe(1)
    expect(problems.map(({ kind, log }) => `${kind} ${log}`).sort()).toEqual([
      'lost drill.local/acme/g1',
      'lost drill.local/acme/g3',
    ])
  })

  it('is not recovered while the anchor store takes nothing: nothing is opened', async () => {
    const { sql, signer, anchors } = ledger
    const before = await sql`SELECT origin FROM ledger_log ORDER BY origin`
    const away = recoverLedger({
      sql,
      signer,
      anchors,
      deployment: 'drill.local',
      gatewayVersion: 'test',
      anchor: () => Promise.reject(new Error('the store is away')),
      now: Date.now,
    })
    await expect(away).rejects.toThrow('the store is away')
    expect([...(await sql`SELECT origin FROM ledger_log ORDER BY origin`)]).toEqual([...before])
  })
})
