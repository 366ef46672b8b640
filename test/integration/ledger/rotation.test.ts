import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEPLOYMENT, openSampleLedger, type SampleLedger } from '../../../drill/sample-ledger.ts'
import { ENTRY_COLUMNS, entryOf } from '../../../src/adapters/postgres/ledger/entry-row.ts'
import { type RotateOptions, retireReplacedKeys, rotateLogKey } from '../../../src/adapters/postgres/ledger/rotate.ts'
import { run } from '../../../src/cli/ledger.ts'
import { openCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { verifyEpochOpening } from '../../../src/domain/ledger/epoch.ts'
import { parseNote } from '../../../src/domain/ledger/note.ts'
import { verifyRotation } from '../../../src/domain/ledger/rotation.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { codeOf } from '../../unit/ledger/vectors.ts'
import { openTestLedger, type TestLedger } from './support.ts'

const PROGRAM = fileURLToPath(new URL('./rotation-process.ts', import.meta.url))
const HOUR_MS = 3_600_000

describe('a rotation of a log key', () => {
  let test: TestLedger
  let admin: postgres.Sql
  const others: SampleLedger[] = []

  beforeEach(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 2, onnotice: () => undefined })
  })

  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.close()))
    await admin.end()
    await test.remove()
  })

  /** What another process has: pools, logs and a sequencer of its own over the same database and keys. */
  const another = async () => {
    const other = await openSampleLedger({ databaseUrl: test.databases.app, folder: test.folder })
    others.push(other)
    return other
  }

  const rotate = (ledger: SampleLedger, more: Partial<RotateOptions> = {}) =>
    rotateLogKey(
      {
        sql: ledger.sql,
        logs: ledger.logs,
        signer: ledger.signer,
        sequence: () => ledger.sequencer.round(),
        gatewayVersion: 'test',
        overlapMs: HOUR_MS,
        now: Date.now,
        ...more,
      },
      'acme',
    )

  const notes = async () => {
    const rows = await admin`SELECT tree_size::int AS size, note FROM ledger_checkpoint ORDER BY tree_size`
    return rows.map(({ size, note }) => ({ size: size as number, note: note as string }))
  }

  const signersOf = (note: string) => parseNote(note).signatures.length

  const rotationEntry = async (id: string) => {
    const [row] = await test.ledger.sql`
      SELECT ${test.ledger.sql.unsafe(ENTRY_COLUMNS)}, l.leaf_index::int AS leaf_index
      FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id WHERE e.id = ${id}`
    return row as Record<string, unknown> & { leaf_index: number }
  }

  const verify = async (trusted: string[]) => {
    const file = join(test.folder, 'pack.zip')
    await test.ledger.packTo(file, 'acme')
    return verifyPath(file, { trust: trusted })
  }

  it('under load loses nothing; every signature before and after holds, and the old key signed what brings the new one in', async () => {
    const other = await another()
    const writers = [test.ledger.openWriter(), other.openWriter()]
    const ids: string[] = []
    let going = true
    const load = writers.map(async (writer) => {
      while (going) {
        const draft = test.calls.next('acme')
        await writer.append(draft)
        ids.push(draft.envelope.id)
      }
    })
    const sequencing = (async () => {
      while (going) {
        await test.ledger.sequencer.round()
        await other.sequencer.round()
      }
    })()
    const atLeast = async (count: number) => {
      while (ids.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await atLeast(40)
    const rotated = await rotate(await another())
    await atLeast(ids.length + 40)
    // Writers that begin now begin under the new key.
    const late = [test.ledger.openWriter(), other.openWriter()]
    for (const writer of late) {
      const draft = test.calls.next('acme')
      await other.logs.refresh()
      await test.ledger.logs.refresh()
      await writer.append(draft)
      ids.push(draft.envelope.id)
    }
    going = false
    await Promise.all([...load, sequencing])
    await Promise.all([...writers, ...late].map((writer) => writer.close()))
    await test.ledger.sequence()

    const placed = (await admin`SELECT entry_id FROM ledger_leaf`).map((row) => row.entry_id)
    expect(placed).toEqual(expect.arrayContaining(ids))
    const keys = { old: parseVkey(rotated.oldKey), new: parseVkey(rotated.newKey) }
    const entry = await rotationEntry(rotated.entryId)
    const { envelope } = entryOf(entry)
    expect(verifyRotation(envelope, [keys.old]).newKey.keyId).toBe(keys.new.keyId)
    for (const { size, note } of await notes()) {
      const before = size <= entry.leaf_index
      expect(openCheckpoint(note, [keys.old]).checkpoint.treeSize).toBe(size)
      if (before) expect(codeOf(() => openCheckpoint(note, [keys.new]))).toBe('ledger_signer_unknown')
    }
    const both = (await notes()).filter(({ note }) => signersOf(note) === 2)
    expect(both.length).toBeGreaterThan(0)
    for (const { size, note } of both) {
      expect(size).toBeGreaterThan(entry.leaf_index + 1)
      expect(openCheckpoint(note, [keys.new]).checkpoint.treeSize).toBe(size)
    }
    const openings = await test.ledger.sql`
      SELECT ${test.ledger.sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE writer_seq = 0 ORDER BY id`
    const newest = openings
      .map((row) => entryOf(row).envelope)
      .filter((one) => one.detail?.includes('writer_epoch_overlap'))
    expect(newest).toHaveLength(2)
    for (const one of newest) {
      expect(verifyEpochOpening(one, [keys.new]).logKey.keyId).toBe(keys.new.keyId)
      expect(verifyEpochOpening(one, [keys.old]).logKey.keyId).toBe(keys.old.keyId)
    }
    expect((await verify([rotated.oldKey, rotated.newKey])).exit).toBe(0)
    const third = `${DEPLOYMENT}/other/g1+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`
    expect((await verify([third])).exit).not.toBe(0)
  })

  it.each(['key-made', 'entry-written', 'entry-placed', 'old-key-retired'])(
    'that is killed behind the step %s is finished by the next run, with one new key',
    async (step) => {
      await test.append(5)
      const [before] = (await notes()).slice(-1)
      const child = spawn(process.execPath, [PROGRAM, test.databases.app, test.folder, step], { stdio: 'inherit' })
      const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)))
      expect(signal).toBe('SIGKILL')
      if (step !== 'entry-placed' && step !== 'old-key-retired') {
        expect((await rotate(test.ledger)).outcome).toBe('rotated')
      }
      await test.append(5)

      const expectOne = async () => {
        expect(await admin`SELECT new_key FROM ledger_key_rotation`).toHaveLength(1)
        expect(await test.ledger.signer.keys('acme')).toHaveLength(2)
      }
      await expectOne()
      if (step !== 'old-key-retired') {
        expect((await rotate(test.ledger)).outcome).toBe('in-overlap')
        await expectOne()
        const later = () => Date.now() + 2 * HOUR_MS
        expect((await rotate(test.ledger, { now: later })).outcome).toBe('retired')
      }
      await expectOne()
      await test.append(5)
      const [after] = (await notes()).slice(-1)
      const trusted = await test.ledger.trusted('acme')
      expect(trusted).toHaveLength(2)
      expect(openCheckpoint(before?.note ?? '', trusted.map(parseVkey)).note.verified).toHaveLength(1)
      expect(signersOf(after?.note ?? '')).toBe(1)
      expect(codeOf(() => openCheckpoint(after?.note ?? '', [parseVkey(trusted[0] ?? '')]))).toBe(
        'ledger_signer_unknown',
      )
      const files = readdirSync(join(test.folder, 'signing')).map((file) => file.replace(/^[0-9a-f]{64}/, ''))
      expect(files.sort()).toEqual(['.2.pem', '.pub'])
      expect((await verify(trusted)).exit).toBe(0)
    },
  )

  it('by two at once is one rotation, of which both tell the same', async () => {
    await test.append(3)
    const both = await Promise.all([another(), another()])
    const [one, two] = await Promise.all(both.map((ledger) => rotate(ledger)))
    expect(one).toEqual({ ...two, outcome: one?.outcome })
    expect([one?.outcome, two?.outcome]).toContain('rotated')
    expect(await admin`SELECT new_key FROM ledger_key_rotation`).toHaveLength(1)
    expect(await test.ledger.signer.keys('acme')).toHaveLength(2)
  })

  it('without an overlap stops the old key at once, and a process that does not know of it goes on', async () => {
    await test.append(3)
    const other = await another()
    await other.logs.of('acme')
    const { retired, newKey } = await rotate(test.ledger, { overlapMs: 0 })
    expect(retired).toBe(true)
    const writer = other.openWriter()
    const draft = test.calls.next('acme')
    await writer.append(draft).catch(() => writer.append(draft))
    await other.sequence()
    const [last] = (await notes()).slice(-1)
    expect(openCheckpoint(last?.note ?? '', [parseVkey(newKey)]).note.signatures).toHaveLength(1)
    const placed = await admin`SELECT 1 FROM ledger_leaf WHERE entry_id = ${draft.envelope.id}`
    expect(placed).toHaveLength(1)
  })

  it('has its old key retired by any gateway when the overlap is over, not before', async () => {
    await test.append(3)
    await rotate(test.ledger)
    const { logs, signer } = test.ledger
    expect(await retireReplacedKeys({ logs, signer, now: Date.now })).toEqual([])
    const later = () => Date.now() + 2 * HOUR_MS
    expect(await retireReplacedKeys({ logs, signer, now: later })).toEqual(['acme'])
    expect(await retireReplacedKeys({ logs, signer, now: later })).toEqual([])
    expect((await rotate(test.ledger)).newKey).toBe((await test.ledger.trusted('acme')).at(-1))
    expect(await test.ledger.trusted('acme')).toHaveLength(3)
  })

  it('is kept by a recovery in its overlap: the new key goes on, and the old one is retired all the same', async () => {
    await test.append(3)
    const { newKey } = await rotate(test.ledger)
    const { anchors, logs, signer } = test.ledger
    await anchors.refresh()
    await test.ledger.recover()
    await logs.refresh()
    const log = await logs.of('acme')
    expect(log.generation).toBe(2)
    expect(Buffer.from(log.key.publicKey)).toEqual(Buffer.from(parseVkey(newKey).publicKey))
    const later = () => Date.now() + 2 * HOUR_MS
    expect(await retireReplacedKeys({ logs, signer, now: later })).toEqual(['acme'])
    expect((await signer.keys('acme')).map(({ retired }) => retired)).toEqual([true, false])
    await test.append(3)
    expect((await verify(await test.ledger.trusted('acme'))).exit).toBe(0)
  })

  it('lost in a restore, with the old key retired since, lets the next generation begin with the new key', async () => {
    await test.append(3)
    const { newKey } = await rotate(test.ledger, { overlapMs: 0 })
    await admin`ALTER TABLE ledger_key_rotation DISABLE TRIGGER ALL`
    await admin`DELETE FROM ledger_key_rotation`
    const { anchors, logs } = test.ledger
    await anchors.refresh()
    await test.ledger.recover()
    await logs.refresh()
    expect(Buffer.from((await logs.of('acme')).key.publicKey)).toEqual(Buffer.from(parseVkey(newKey).publicKey))
    await test.append(3)
  })

  it('needs the KMS that the log was written with: another one is refused, and a changed row of the log misleads nobody', async () => {
    await test.append(3)
    const stranger = await openSampleLedger({ databaseUrl: test.databases.app, folder: join(test.folder, 'stranger') })
    others.push(stranger)
    await expect(stranger.logs.of('acme')).rejects.toMatchObject({ code: 'signing_key_missing' })
    const { newKey } = await rotate(test.ledger)
    await admin`ALTER TABLE ledger_log DISABLE TRIGGER ALL`
    await admin`UPDATE ledger_log SET verifier_key = 'x'`
    test.ledger.logs.forget('acme')
    expect(await test.ledger.trusted('acme')).toHaveLength(2)
    expect((await test.ledger.trusted('acme')).at(-1)).toBe(newKey)
  })

  it('is what an operator does with one word, and lists for auditors with another', async () => {
    const keys = await openSampleLedger({ databaseUrl: test.databases.app, folder: join(test.folder, 'keys') })
    others.push(keys)
    const writer = keys.openWriter()
    await writer.append(test.calls.next('acme'))
    await keys.sequence()
    await writer.close()
    const env = { DATABASE_URL: test.databases.app, PALIMPSEST_HOME: test.folder, PALIMPSEST_DEPLOYMENT: DEPLOYMENT }
    const cli = async (...args: string[]) => {
      const [written, warned]: string[][] = [[], []]
      const io = { env, write: (line: string) => written?.push(line), warn: (line: string) => warned?.push(line) }
      return { exit: await run(args, io), written: written?.join('\n') ?? '', warned: warned?.join('\n') }
    }
    const [rotated] = JSON.parse((await cli('rotate-key', '--overlap-hours', '1', '--json')).written)
    expect(rotated).toMatchObject({ tenant: 'acme', outcome: 'rotated', retired: false })
    expect((await cli('rotate-key', '--tenant', 'acme')).written).toContain('--end-overlap stops it now')
    const listed = JSON.parse((await cli('keys', '--json')).written)
    expect(listed).toMatchObject([
      { verifier_key: rotated.oldKey, from_entry: null, retired: false },
      { verifier_key: rotated.newKey, from_entry: rotated.entryId, signs_until: null, retired: false },
    ])
    expect((await cli('rotate-key', '--end-overlap')).written).toContain(
      `is retired and signs no more: ${rotated.oldKey}`,
    )
    expect((await cli('keys')).written.split('\n')).toHaveLength(2)
    await expect(cli('rotate-key', '--end-overlap')).rejects.toMatchObject({ code: 'rotation_none' })
    await expect(cli('rotate-key', '--tenant', 'nobody')).rejects.toMatchObject({ code: 'log_unknown' })
    for (const hours of ['x', '-1', '99999']) {
      await expect(cli('rotate-key', `--overlap-hours=${hours}`)).rejects.toMatchObject({ code: 'invalid_parameter' })
    }
    for (const wrong of [[], ['rotate'], ['rotate-key', '--now'], ['keys', 'more']]) {
      expect(await cli(...wrong)).toMatchObject({ exit: 2, written: '' })
    }
  })

  it('is believed from nobody but the log’s own keys: a row that a superuser writes changes no key', async () => {
    await test.append(3)
    const { newKey } = await rotate(test.ledger)
    const [id = ''] = await test.append(1)
    const inserted = await admin`
      INSERT INTO ledger_key_rotation
      SELECT log_id, ${id}::uuid, new_key, old_key, rotated_at_us, overlap_until_us, new_signature, old_signature
      FROM ledger_key_rotation RETURNING 1`
    expect(inserted).toHaveLength(1)
    await test.ledger.logs.refresh()
    expect((await test.ledger.trusted('acme')).at(-1)).toBe(newKey)
  })
})
