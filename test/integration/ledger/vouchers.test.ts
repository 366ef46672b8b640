import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { createAnchor } from '../../../activities/ledger/anchor.ts'
import { AnchorLog } from '../../../activities/ledger/anchor-log.ts'
import { createCosign } from '../../../activities/ledger/cosign.ts'
import { createStamp } from '../../../activities/ledger/stamp.ts'
import { DEPLOYMENT } from '../../../drill/sample-ledger.ts'
import { openFileAnchorStore } from '../../../src/adapters/archive/files/file-anchor-store.ts'
import { createEvidencePacker } from '../../../src/adapters/postgres/ledger/evidence/packer.ts'
import { readTsaCertificates } from '../../../src/adapters/rfc3161/certificates.ts'
import { openHttpTimeStamper } from '../../../src/adapters/rfc3161/http-time-stamper.ts'
import { openHttpWitness } from '../../../src/adapters/witness/http/http-witness.ts'
import { run } from '../../../src/cli/verify.ts'
import { openPath, type Result, STAMPS } from '../../../verify/verify.mjs'
import { startTsa, type Tsa } from '../../support/tsa/start.ts'
import { type StrictWitness, startWitness } from '../../support/witness/start.ts'
import { openTestLedger, type TestLedger } from './support.ts'

const ORIGIN = `${DEPLOYMENT}/acme/g1`
let tsa: Tsa | null = null
let test: TestLedger
let witness: StrictWitness
let folder: string
let failures: unknown[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-vouchers-'))
  tsa = await startTsa()
  test = await openTestLedger()
  witness = await startWitness()
  await test.append(3)
  await test.append(2, 'globex')
  for (const tenant of ['acme', 'globex']) {
    const [log] = await test.ledger.logs.all(tenant)
    witness.logs.set(`${DEPLOYMENT}/${tenant}/g1`, log?.keys.map((key) => Buffer.from(key.publicKey)) ?? [])
  }
}, 120_000)

afterAll(async () => {
  await tsa?.stop()
  await witness.stop()
  await test.remove()
  rmSync(folder, { recursive: true, force: true })
})

function have(context: TestContext): Tsa {
  return tsa ?? context.skip('there is no openssl')
}

async function opened(authority: Tsa) {
  const { logs, trees, sql } = test.ledger
  const anchors = new AnchorLog(openFileAnchorStore(test.folder), DEPLOYMENT)
  await anchors.refresh()
  failures = []
  const certificates = readTsaCertificates(readFileSync(authority.certificates.signer, 'utf8'))
  const shared = { anchors, now: Date.now, retentionDays: 1 }
  const anchor = createAnchor({
    ...shared,
    trees,
    cosign: createCosign({
      witnesses: [openHttpWitness(witness)],
      quorum: 1,
      trees,
      now: Date.now,
      onAnswer: () => undefined,
      onRound: () => undefined,
    }),
    stamp: createStamp({
      ...shared,
      stamper: openHttpTimeStamper({ url: authority.url, certificates }),
      onStamped: (error) => failures.push(error),
    }),
    onDiverged: () => undefined,
  })
  const evidence = createEvidencePacker({
    sql,
    logs,
    trees,
    anchors,
    tools: [],
    witnesses: [witness.key],
    madeBy: 'test',
    now: Date.now,
  })
  return { anchors, anchor, evidence }
}

async function packOf({ evidence }: Awaited<ReturnType<typeof opened>>, tenant = 'acme'): Promise<string> {
  const file = join(folder, `${tenant}.zip`)
  const pack = evidence.pack(tenant, { range: null, open: null, wholeStore: false })
  await pipeline(Readable.from(pack), createWriteStream(file))
  return file
}

async function verify(...args: string[]): Promise<{ exit: number; result: Result }> {
  const lines: string[] = []
  const exit = await run([...args, '--json'], { env: {}, write: (line) => lines.push(line), warn: () => undefined })
  return { exit, result: JSON.parse(lines.join('\n') || '{}') as Result }
}

describe('a pack with cosignatures and time stamps', () => {
  it('says when, by whom, and up to which leaf, to whoever brings the keys', async (context) => {
    const authority = have(context)
    const made = await opened(authority)
    expect(await made.anchor()).toMatchObject({ logs: 2, stamped: true })
    expect(failures).toEqual([null])
    const trust = [...(await test.ledger.trusted('acme')), witness.key].flatMap((key) => ['--trust', key])
    const file = await packOf(made)
    const { exit, result } = await verify(file, ...trust, '--tsa', authority.certificates.signer)
    const size = made.anchors.of(ORIGIN)?.treeSize
    expect({ exit, problems: result.problems }).toEqual({ exit: 0, problems: [] })
    const said = result.notes.join('\n')
    expect(said).toContain(`${ORIGIN}: the first ${size} leaves are cosigned by witness.example/w1, at 20`)
    expect(said).toContain(`${ORIGIN}: the first ${size} leaves were there at 20`)
    expect(said).toContain('by the time stamp of CN=tsa.example signer')
    expect(result.not_proved.join()).not.toContain('not checked')
  })

  it('says of a witness whose key is brought and who cosigned nothing here that nothing of it is proved', async (context) => {
    const other = await startWitness('witness.example/w9')
    const file = await packOf(await opened(have(context)))
    const trust = [...(await test.ledger.trusted('acme')), other.key].flatMap((key) => ['--trust', key])
    const { exit, result } = await verify(file, ...trust)
    await other.stop()
    expect(exit).toBe(0)
    expect(result.not_proved).toContain(`that witness.example/w9 has seen ${ORIGIN}: no cosignature by it is here`)
    expect(result.not_proved.join()).toContain('what witnesses signed (witness.example/w1): not checked')
  })

  it('says what was not checked to whoever brings none', async (context) => {
    const { exit, result } = await verify(await packOf(await opened(have(context))))
    expect(exit).toBe(0)
    expect(result.not_proved).toContain(
      'what witnesses signed (witness.example/w1): not checked, give --trust with their keys',
    )
    expect(result.not_proved).toContain(STAMPS)
    expect(result.notes.join()).not.toContain('cosigned')
  })

  it('leaves a time stamp unchecked that another certificate signed than the one that is brought', async (context) => {
    const authority = have(context)
    const file = await packOf(await opened(authority))
    const { exit, result } = await verify(file, '--tsa', authority.certificates.other)
    expect(exit).toBe(0)
    expect(result.not_proved.join()).toContain('1 time stamps: not checked, another certificate')
    expect((await verify(file, '--tsa', authority.certificates.unfit)).exit).toBe(2)
    expect((await verify(file, '--tsa', join(folder, 'nothing.pem'))).exit).toBe(2)
  })

  it('shows one tenant nothing of another one whose head is under the same time stamp', async (context) => {
    const pack = await packOf(await opened(have(context)), 'globex')
    const members = await openPath(pack)
    if (typeof members === 'string') throw new Error('a proof')
    const { names } = members
    let text = ''
    for (const name of names) {
      for await (const chunk of members.open(name)) text += Buffer.from(chunk).toString()
    }
    expect(text).toContain('globex')
    expect(text).not.toContain('acme')
    expect(names).toContain('time-stamps.jsonl')
    const { result } = await verify(join(folder, 'globex.zip'), '--tsa', have(context).certificates.signer)
    expect(result.notes.join()).toContain(`${DEPLOYMENT}/globex/g1: the first`)
  })
})

describe('a time stamp that the authority does not give', () => {
  it('holds no anchor up, shows, and is asked for again in the next round', async (context) => {
    const authority = have(context)
    const made = await opened(authority)
    await test.append(2)
    authority.status = 503
    const before = made.anchors.newest
    expect(await made.anchor()).toMatchObject({ anchor: before + 1, stamped: false })
    expect(failures).toMatchObject([{ code: 'time_stamp_unavailable' }])
    authority.status = 200
    expect(await made.anchor()).toMatchObject({ anchor: null, stamped: true })
    expect(await made.anchor()).toMatchObject({ stamped: false })
    const again = await opened(authority)
    const asked = authority.asked
    await again.anchor()
    expect(authority.asked).toBe(asked)
  })
})

describe('a time stamp in a pack', () => {
  it('that is left out is missed by whoever brings a certificate', async (context) => {
    const authority = have(context)
    const made = await opened(authority)
    made.anchors.stamps = async () => []
    const { exit, result } = await verify(await packOf(made), '--tsa', authority.certificates.signer)
    expect(exit).toBe(0)
    expect(result.not_proved).toContain('when any of it was there: no time stamp is here')
  })

  it('that is of another checkpoint, another anchor or changed, makes the pack not hold, with its anchor named', async (context) => {
    const authority = have(context)
    const made = await opened(authority)
    const { evidence, anchors } = made
    const [stamp] = await anchors.stamps(ORIGIN, 10)
    if (stamp === undefined) throw new Error('no stamp')
    const reply = Buffer.from(stamp.reply)
    reply[reply.length - 1] = (reply.at(-1) ?? 0) ^ 1
    const forged = [
      { ...stamp, anchor: stamp.anchor + 1 },
      { ...stamp, reply },
      { ...stamp, index: stamp.index + 1 },
      { ...stamp, path: [] },
      { ...stamp, note: anchors.of(ORIGIN)?.note ?? '' },
    ]
    for (const one of forged) {
      anchors.stamps = async () => [one]
      const file = await packOf({ ...made, evidence })
      const { exit, result } = await verify(file, '--tsa', authority.certificates.signer)
      expect(exit).toBe(1)
      expect(result.problems[0]?.what).toContain(`the time stamp of anchor ${one.anchor} does not hold`)
    }
  })
})
