import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TombstoneLog } from '../../../activities/erasure/tombstone-log.ts'
import { openFileAnchorStore } from '../../../src/adapters/archive/files/file-anchor-store.ts'
import { isSignedByLog } from '../../../src/domain/erasure/tombstone-note.ts'
import { MAX_TOMBSTONE_ROWS } from '../../../src/domain/erasure/tombstone-object.ts'
import type { Tombstone } from '../../../src/domain/erasure/types.ts'
import { ed25519Signer, rawPublicKey } from '../../../src/domain/ledger/ed25519.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { verifierKey } from '../../../src/domain/ledger/vkey.ts'
import type { TombstoneSigner } from '../../../src/ports/tombstones.ts'

const DEPLOYMENT = 'audit.example.com'
const NOW = 1_764_322_000_000
const LATER = NOW + 86_400_000

describe('tombstones in a store', () => {
  let folder: string
  let log: TombstoneLog

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-tombstones-'))
    log = open(signerOf(OWN))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = (signer: TombstoneSigner) => new TombstoneLog(openFileAnchorStore(folder), DEPLOYMENT, signer)
  const names = () =>
    readdirSync(join(folder, 'tombstones', 'audit-example-com')).filter((name) => name.endsWith('.json'))

  it('are numbered one after another, and a case that is published again finds its own', async () => {
    const [one, two] = [tombstone(), tombstone()]
    expect(await log.publish(one, 0, NOW, LATER)).toBe(1)
    expect(await log.publish(two, 1, NOW, LATER)).toBe(2)
    // Later, by another gateway, which has forgotten everything.
    expect(await open(signerOf(OWN)).publish({ ...one, at: one.at + 5 }, 0, NOW, LATER)).toBe(1)
    expect(names()).toEqual(['000000000001.json', '000000000002.json'])
    expect(await log.read(1)).toEqual(one)
    expect(await log.read(3)).toBeUndefined()
    expect(await log.newest(0, true)).toBe(2)
  })

  it('of a case are found behind those of many others since, and one that is missing counts only until the case began', async () => {
    const [one, before] = [tombstone(), (NOW - 7_200_000) * 1000]
    for (const known of [0, 1]) await log.publish({ ...tombstone(), at: before }, known, NOW, LATER)
    await log.publish(one, 2, NOW, LATER)
    for (let known = 3; known < 22; known++) await log.publish(tombstone(), known, NOW, LATER)
    rmSync(join(folder, 'tombstones', 'audit-example-com', '000000000001.json'))
    expect(await log.publish({ ...one, at: one.at + 5 }, 22, NOW, LATER)).toBe(3)
    rmSync(join(folder, 'tombstones', 'audit-example-com', '000000000005.json'))
    await expect(log.publish(one, 22, NOW, LATER)).rejects.toThrow(/^Tombstone 5 is missing/)
  })

  it('take one more of a case for what was found later, and none where nothing was found', async () => {
    const one = tombstone()
    await log.publish(one, 0, NOW, LATER)
    const text = [randomUUID(), 'prompt', 'ab'.repeat(32)] as const
    expect(await log.publish({ ...one, texts: [text] }, 0, NOW, LATER)).toBe(2)
    expect(await log.read(2)).toEqual({ ...one, keys: [], subjects: [], texts: [text] })
    expect(await log.publish({ ...one, texts: [text] }, 0, NOW, LATER)).toBe(2)
    expect(await log.publish({ ...tombstone(), keys: [], subjects: [] }, 0, NOW, LATER)).toBe(0)
    expect(names()).toHaveLength(2)
  })

  it('of a large case are several, of which a run that was broken off has written some', async () => {
    const values = Array.from({ length: MAX_TOMBSTONE_ROWS * 2 }, (_, at) => [randomUUID(), `[PERSON_${at}]`] as const)
    const large = { ...tombstone(), values }
    expect(await log.publish({ ...large, values: values.slice(0, 10) }, 0, NOW, LATER)).toBe(1)
    expect(await log.publish(large, 0, NOW, LATER)).toBe(3)
    const read = await Promise.all([1, 2, 3].map((number) => log.read(number)))
    expect(read.map((one) => one?.values.length)).toEqual([10, MAX_TOMBSTONE_ROWS, MAX_TOMBSTONE_ROWS - 10])
    expect(read.flatMap((one) => one?.keys ?? [])).toEqual(large.keys)
  })

  it('never replace each other, whoever writes at once', async () => {
    const cases = Array.from({ length: 6 }, tombstone)
    const published = await Promise.all(cases.map((one) => open(signerOf(OWN)).publish(one, 0, NOW, LATER)))
    expect(published.toSorted()).toEqual([1, 2, 3, 4, 5, 6])
    for (const [index, one] of cases.entries()) expect(await log.read(published[index] as number)).toEqual(one)
    // Two runs of the same step: whatever they leave behind says the same.
    const again = tombstone()
    const twice = await Promise.all([1, 2].map(() => open(signerOf(OWN)).publish(again, 6, NOW, LATER)))
    for (const number of twice) expect(await log.read(number)).toEqual(again)
  })

  it('are refused where one is missing, before others or where one has to be', async () => {
    for (let count = 0; count < 4; count++) await log.publish(tombstone(), count, NOW, LATER)
    rmSync(join(folder, 'tombstones', 'audit-example-com', '000000000003.json'))
    await expect(log.newest(1, true)).rejects.toThrow(/^Tombstone 3 is missing/)
    await expect(log.newest(3, true)).rejects.toMatchObject({ code: 'tombstones_missing' })
    await expect(log.publish(tombstone(), 40, NOW, LATER)).rejects.toMatchObject({ code: 'tombstones_missing' })
    await expect(log.newest(40, true)).rejects.toMatchObject({ code: 'tombstones_missing' })
  })

  it('are refused where another key signed than one of the tenant’s', async () => {
    await open(signerOf(generateKeyPairSync('ed25519'))).publish(tombstone(), 0, NOW, LATER)
    await expect(log.read(1)).rejects.toMatchObject({ code: 'tombstone_malformed' })
  })
})

const OWN = generateKeyPairSync('ed25519')

/** Signs with a pair of keys, and believes `OWN` alone. */
function signerOf(pair: typeof OWN): TombstoneSigner {
  return {
    sign: (tenant, text) => {
      const key = verifierKey(`${DEPLOYMENT}/${tenant}/g1`, rawPublicKey(pair.publicKey))
      return signNote(text, [{ name: key.name, keyId: key.keyId, sign: ed25519Signer(pair.privateKey) }])
    },
    isSigned: async (tenant, note) =>
      isSignedByLog(note, { deployment: DEPLOYMENT, tenant, keys: [rawPublicKey(OWN.publicKey)] }),
  }
}

function tombstone(): Tombstone {
  return {
    tenant: 'acme',
    case: randomUUID(),
    receipt: 1,
    at: NOW * 1000,
    keys: [randomUUID()],
    subjects: [{ pseudonym: `sub_${randomUUID().replaceAll('-', '')}`, token: 'del_1' }],
    values: [],
    texts: [],
  }
}
