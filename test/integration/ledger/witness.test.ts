import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAnchor } from '../../../activities/ledger/anchor.ts'
import { AnchorLog } from '../../../activities/ledger/anchor-log.ts'
import { createCosign } from '../../../activities/ledger/cosign.ts'
import { DEPLOYMENT } from '../../../drill/sample-ledger.ts'
import { openFileAnchorStore } from '../../../src/adapters/archive/files/file-anchor-store.ts'
import { openHttpWitness } from '../../../src/adapters/witness/http/http-witness.ts'
import { openCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { countCosignatures } from '../../../src/domain/ledger/witness.ts'
import { type Misbehaviour, type StrictWitness, startWitness } from '../../support/witness/start.ts'
import { openTestLedger, type TestLedger } from './support.ts'

const ORIGIN = `${DEPLOYMENT}/acme/g1`
let test: TestLedger
let witnesses: StrictWitness[]
let outcomes: string[]
let below: number[]

beforeEach(async () => {
  test = await openTestLedger()
  witnesses = [await startWitness('witness.example/w1'), await startWitness('witness.example/w2')]
  outcomes = []
  below = []
  await test.append(3)
  for (const witness of witnesses) await trustLog(witness, ORIGIN, 'acme')
})

afterEach(async () => {
  for (const witness of witnesses) await witness.stop()
  await test.remove()
})

async function trustLog(witness: StrictWitness, origin: string, tenant: string): Promise<void> {
  const [log] = await test.ledger.logs.all(tenant)
  witness.logs.set(origin, log?.keys.map(({ publicKey }) => Buffer.from(publicKey)) ?? [])
}

/** What anchors a ledger with the witnesses; another one each time, as after a restart. */
async function anchorer({ quorum = 2, withinMs = 5_000 } = {}) {
  const anchors = new AnchorLog(openFileAnchorStore(test.folder), DEPLOYMENT)
  await anchors.refresh()
  const cosign = createCosign({
    witnesses: witnesses.map(({ url, key }) => openHttpWitness({ url, key, withinMs })),
    quorum,
    trees: test.ledger.trees,
    now: Date.now,
    onAnswer: (witness, outcome) => outcomes.push(`${witness.slice(-2)} ${outcome}`),
    onRound: (count) => below.push(count),
  })
  const anchor = createAnchor({
    anchors,
    trees: test.ledger.trees,
    now: Date.now,
    retentionDays: 1,
    cosign,
    stamp: async () => false,
    onDiverged: () => undefined,
  })
  return { anchors, anchor }
}

const keysOf = () => witnesses.map(({ key }) => parseVkey(key))
const noteOf = (anchors: AnchorLog, origin = ORIGIN) => anchors.of(origin)?.note ?? ''

describe('an anchor with witnesses', () => {
  it('holds a cosignature of each with its time, over the head the log signed', async () => {
    const { anchors, anchor } = await anchorer()
    await anchor()
    const [log] = await test.ledger.logs.all('acme')
    const opened = openCheckpoint(noteOf(anchors), [...(log?.keys ?? []), ...keysOf()])
    const times = opened.note.verified.flatMap(({ key, timestamp }) => (key.type === 'cosignature' ? [timestamp] : []))
    expect(times).toHaveLength(2)
    for (const time of times) expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(120)
    expect(below).toEqual([0])
  })

  it('proves to each that the tree continues the one it saw, also after a restart that forgot what that was', async () => {
    const first = await anchorer()
    await first.anchor()
    for (const count of [1, 4, 5]) {
      await test.append(count)
      await first.anchor()
    }
    await test.append(7)
    const restarted = await anchorer()
    await restarted.anchor()
    expect(witnesses[0]?.answers).toEqual([200, 200, 200, 200, 409, 200])
    expect(countCosignatures(noteOf(restarted.anchors), keysOf())).toBe(2)
    expect(witnesses[0]?.seen.get(ORIGIN)?.size).toBe(restarted.anchors.of(ORIGIN)?.treeSize)
  })

  it('asks for every tenant, and a log that a witness does not know takes nothing from the others', async () => {
    await test.append(2, 'globex')
    const { anchors, anchor } = await anchorer()
    await anchor()
    expect(outcomes.sort()).toEqual(['w1 cosigned', 'w1 unknown_log', 'w2 cosigned', 'w2 unknown_log'])
    expect(countCosignatures(noteOf(anchors), keysOf())).toBe(2)
    expect(anchors.of(`${DEPLOYMENT}/globex/g1`)).toBeDefined()
    expect(below).toEqual([1])
  })

  it.each<[Misbehaviour, string]>([
    ['silent', 'unavailable'],
    ['error', 'unavailable'],
    ['forged', 'forged'],
    ['timeless', 'forged'],
    ['other-text', 'forged'],
    ['stranger', 'forged'],
    ['endless', 'unavailable'],
  ])('is written without a witness that is %s, which shows', async (misbehaviour, outcome) => {
    const [bad] = witnesses
    if (bad) bad.misbehaviour = misbehaviour
    const { anchors, anchor } = await anchorer({ withinMs: 1_000 })
    await anchor()
    expect(anchors.newest).toBe(1)
    expect(outcomes.sort()).toEqual([`w1 ${outcome}`, 'w2 cosigned'])
    expect(countCosignatures(noteOf(anchors), keysOf())).toBe(1)
    expect(noteOf(anchors).match(/^— /gm)).toHaveLength(2)
    expect(below).toEqual([1])
  })

  it('reaches its quorum where enough of them answer', async () => {
    await witnesses[1]?.stop()
    const { anchor } = await anchorer({ quorum: 1 })
    await anchor()
    expect(below).toEqual([0])
    witnesses.pop()
  })

  it('leaves a silent witness alone for the rest of the round, so that many logs do not wait for it', async () => {
    const tenants = Array.from({ length: 20 }, (_, i) => `tenant-${i}`)
    for (const tenant of tenants) await test.append(1, tenant)
    const [silent] = witnesses
    if (silent) silent.misbehaviour = 'silent'
    const { anchor } = await anchorer({ withinMs: 500 })
    expect(await anchor()).toMatchObject({ logs: 21 })
    const asked = outcomes.filter((one) => one === 'w1 unavailable').length
    expect(asked).toBeLessThanOrEqual(8)
    expect(outcomes.filter((one) => one === 'w1 skipped').length).toBe(21 - asked)
  })

  it('is not cosigned by a witness that has seen another tree of this log, or a larger one', async () => {
    const [other, larger] = witnesses
    other?.seen.set(ORIGIN, { size: 2, root: Buffer.alloc(32, 1) })
    larger?.seen.set(ORIGIN, { size: 1_000, root: Buffer.alloc(32, 1) })
    const { anchors, anchor } = await anchorer()
    await anchor()
    expect(outcomes.sort()).toEqual(['w1 inconsistent', 'w2 ahead'])
    expect(anchors.newest).toBe(1)
  })

  it('is not cosigned where the witness trusts another key of the log', async () => {
    witnesses[0]?.logs.set(ORIGIN, [Buffer.alloc(32, 7)])
    const { anchor } = await anchorer()
    await anchor()
    expect(outcomes.sort()).toEqual(['w1 untrusted', 'w2 cosigned'])
  })
})
