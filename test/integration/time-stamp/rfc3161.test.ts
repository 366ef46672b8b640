import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { readTsaCertificates } from '../../../src/adapters/rfc3161/certificates.ts'
import { checkReply } from '../../../src/adapters/rfc3161/check-reply.ts'
import { openHttpTimeStamper } from '../../../src/adapters/rfc3161/http-time-stamper.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import { startTsa, type Tsa } from '../../support/tsa/start.ts'

const BYTES = Buffer.from('what is stamped')
let tsa: Tsa | null = null

beforeAll(async () => {
  tsa = await startTsa()
}, 120_000)
afterAll(() => tsa?.stop())
beforeEach(() => {
  if (tsa) Object.assign(tsa, { spoil: null, signer: 'signer', status: 200 })
})

function have(context: TestContext): Tsa {
  return tsa ?? context.skip('there is no openssl')
}

const read = (file: string) => readTsaCertificates(readFileSync(file, 'utf8'))
const open = (one: Tsa) => openHttpTimeStamper({ url: one.url, certificates: read(one.certificates.signer) })
const codeOf = (promise: Promise<unknown>) => promise.then(String, (error: PalimpsestError) => error.code)

describe('a time stamp', () => {
  it('is asked for, checked and kept as openssl itself can check it', async (context) => {
    const authority = have(context)
    const { reply, time } = await open(authority).stamp(BYTES)
    expect(Math.abs(time - Date.now())).toBeLessThan(120_000)
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-tsr-'))
    try {
      writeFileSync(join(folder, 'reply'), reply)
      writeFileSync(join(folder, 'data'), BYTES)
      const args = ['ts', '-verify', '-in', join(folder, 'reply'), '-data', join(folder, 'data')]
      execFileSync('openssl', [...args, '-CAfile', authority.certificates.signer], { stdio: 'pipe' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it.for(['sha1', 'sha256', 'sha512'] as const)(
    'is taken from a key on a curve, its certificate named by %s',
    async (essDigest, context) => {
      const authority = await startTsa({ key: 'ec', essDigest })
      if (authority === null) return context.skip('there is no openssl')
      try {
        expect((await open(authority).stamp(BYTES)).time).toBeGreaterThan(0)
      } finally {
        await authority.stop()
      }
    },
  )

  it('is refused where its nonce is not the one that was sent, so that an old reply cannot be played again', async (context) => {
    const authority = have(context)
    const old = await authority.replyOver(BYTES)
    authority.spoil = () => old
    expect(await codeOf(open(authority).stamp(BYTES))).toBe('ledger_evidence_invalid')
    expect(
      checkReply(old, { bytes: BYTES, nonce: null, certificates: read(authority.certificates.signer) }).time,
    ).toBeGreaterThan(0)
  })

  it('is refused where it is over something else', async (context) => {
    const authority = have(context)
    const other = await authority.replyOver(Buffer.from('something else'))
    const certificates = read(authority.certificates.signer)
    expect(() => checkReply(other, { bytes: BYTES, nonce: null, certificates })).toThrow(/over something else/)
  })

  it('is refused where a certificate signed that is not the configured one, though the reply carries it', async (context) => {
    const authority = have(context)
    authority.signer = 'other'
    expect(await codeOf(open(authority).stamp(BYTES))).toBe('ledger_signer_unknown')
  })

  it('is refused where its certificate was over', async (context) => {
    const authority = have(context)
    const past = readFileSync(authority.certificates.expired, 'utf8')
    const certificates = readTsaCertificates(past)
    authority.signer = 'expired'
    const reply = await authority.replyOver(BYTES)
    expect(() => checkReply(reply, { bytes: BYTES, nonce: null, certificates })).toThrow(/outside the time/)
  })

  it('is refused where the authority refuses, answers otherwise or not at all', async (context) => {
    const authority = have(context)
    authority.status = 500
    expect(await codeOf(open(authority).stamp(BYTES))).toBe('time_stamp_unavailable')
    authority.status = 200
    // status rejection, failInfo badAlg
    authority.spoil = () => Buffer.from('3009300702010203020580', 'hex')
    expect(await codeOf(open(authority).stamp(BYTES))).toBe('ledger_evidence_invalid')
    authority.spoil = (reply) => Buffer.concat([reply, Buffer.from([0])])
    expect(await codeOf(open(authority).stamp(BYTES))).toBe('ledger_malformed')
    const certificates = read(authority.certificates.signer)
    const away = openHttpTimeStamper({ url: 'http://127.0.0.1:1/', certificates })
    expect(await codeOf(away.stamp(BYTES))).toBe('time_stamp_unavailable')
  })

  it('does not hold with any of its bytes changed, but for the certificate that is only carried along', async (context) => {
    const authority = have(context)
    const reply = await authority.replyOver(BYTES)
    const certificates = read(authority.certificates.signer)
    const carried = reply.indexOf(certificates[0]?.raw ?? Buffer.alloc(0))
    const carriedEnd = carried + (certificates[0]?.raw.length ?? 0)
    const expected = { bytes: BYTES, nonce: null, certificates }
    const facts = checkReply(reply, expected)
    let held = 0
    for (let at = 0; at < reply.length; at++) {
      if (at >= carried && at < carriedEnd) continue
      const changed = Buffer.from(reply)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      try {
        // Fields outside of what is signed (versions, the signer's name, its algorithm's parameters) say nothing we use.
        expect(checkReply(changed, expected)).toEqual(facts)
        held++
      } catch (error) {
        expect(error).toBeInstanceOf(PalimpsestError)
      }
    }
    expect(held).toBeLessThan(reply.length / 10)
  })

  it('that is garbage is refused with a sentence, never otherwise', (context) => {
    const certificates = read(have(context).certificates.signer)
    const expected = { bytes: BYTES, nonce: null, certificates }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => checkReply(bytes, expected)).toThrow(PalimpsestError)
      }),
      { numRuns: 200 },
    )
    for (const start of ['3080', 'a080', '30823fff']) {
      expect(() => checkReply(Buffer.from(start.repeat(8_000), 'hex'), expected)).toThrow(PalimpsestError)
    }
  })
})

describe('the certificate of an authority', () => {
  it('has to be for time stamps, critical and alone', (context) => {
    const { certificates } = have(context)
    expect(() => read(certificates.unfit)).toThrow(/timeStamping/)
    expect(() => readTsaCertificates('')).toThrow(/no certificate/)
    expect(read(certificates.signer)).toHaveLength(1)
  })
})
