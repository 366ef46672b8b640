import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSamplePack } from '../../../bench/support/sample-pack.ts'
import { openLocalLogSigner } from '../../../src/adapters/kms/local/local-log-signer.ts'
import { makePage } from '../../../verify/page/make.mjs'
import { type Result, verifyPath, words } from '../../../verify/verify.mjs'
import { repack } from '../../support/repack.ts'
import { makeSamplePack } from '../../support/reports/make-pack.ts'
import { useChromium } from '../../support/use-chromium.ts'
import { readVectors } from '../ledger/vectors.ts'

const PAGE = fileURLToPath(new URL('../../../verify/verify.html', import.meta.url))
const ENTRIES = 150

describe('the page in the repository', () => {
  const page = readFileSync(PAGE, 'utf8')

  it('is the one made of the rules in verify.mjs and verify-report.mjs', () => {
    expect(page).toBe(makePage())
  })

  it('names no address and lets nothing be loaded or sent', () => {
    expect(page).not.toMatch(/https?:|\bsrc=|<link|@import|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(/)
    expect(page).toContain(`content="default-src 'none'; script-src 'sha256-`)
    expect(page).not.toMatch(/tamper.?proof/i)
  })
})

/** A log's records with another signature at the end of the last one of a type. */
function withChangedSignature(records: string, type: string): string {
  let end = 0
  for (let at = 0; at < records.length; ) {
    const to = at + 5 + Buffer.from(records.slice(at + 1, at + 5), 'latin1').readUInt32BE()
    if (records[at] === type) end = to
    at = to
  }
  const last = Buffer.from(records, 'latin1')
  // Of a note these are characters of base64, behind the last one the newline and its padding.
  const place = end - (type === 'H' ? 10 : 1)
  last[place] = last[place] === 65 ? 66 : 65
  return last.toString('latin1')
}

describe('the page in Chromium, from a file', { timeout: 240_000 }, () => {
  const { newPage, complaints } = useChromium()
  let folder: string
  let pack: string
  let key: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-page-'))
    pack = join(folder, 'pack.zip')
    const signer = await openLocalLogSigner(join(folder, 'signing'))
    key = await writeSamplePack(pack, { signer, entries: ENTRIES, shown: true })
  }, 240_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const open = async (): Promise<Page> => {
    const page = await newPage()
    page.on('request', (request) => request.url().startsWith('file:') || complaints.push(request.url()))
    await page.goto(pathToFileURL(PAGE).href)
    return page
  }

  const verify = async (files: string | string[], keys: string): Promise<{ said: string; result: Result }> => {
    const page = await open()
    try {
      await page.setInputFiles('#file', files)
      await page.fill('#keys', keys)
      await page.click('#go')
      await page.waitForSelector('#result[data-exit]', { timeout: 120_000 })
      expect(complaints).toEqual([])
      const result = JSON.parse((await page.textContent('#json')) ?? '') as Result
      return { said: (await page.textContent('#verdict')) ?? '', result }
    } finally {
      await page.close()
    }
  }

  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  it('a good pack holds, with the words and the JSON of verify.mjs', async () => {
    const { said, result } = await verify(pack, key)
    expect(said).toBe('It holds.')
    expect(result).toEqual(JSON.parse(JSON.stringify(await verifyPath(pack, { trust: [key] }))))
    expect(result.logs[0]).toMatchObject({ leaves: 150, openings: 3 * 149 })
  })

  it('a report’s pack holds, with the words and the JSON of verify.mjs; where a byte is changed it does not', async () => {
    const report = await makeSamplePack(folder, 200)
    const { said, result } = await verify(report.path, report.key)
    expect(result.problems).toEqual([])
    expect(said).toBe('It holds.')
    expect(result).toEqual(JSON.parse(JSON.stringify(await verifyPath(report.path, { trust: [report.key] }))))
    expect(result.notes.join('\n')).toContain('table interactions: 200 rows counted')
    const bytes = readFileSync(report.path)
    // Inside of the paper, which comes first.
    bytes[5000]! ^= 1
    expect((await verify(write('changed-report.zip', bytes), report.key)).said).toBe('It does not hold.')
  })

  it('a pack that was changed, another key and a foreign anchor do not hold', async () => {
    const bytes = readFileSync(pack)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    const changed = await verify(write('changed.zip', bytes), key)
    expect(changed.said).toBe('It does not hold.')
    expect(changed.result.problems[0]?.what).toMatch(/\w+ \w+/)
    const other = readVectors('log.json') as { vkey: string; checkpoints: string[] }
    expect((await verify(pack, other.vkey)).said).toBe('It does not hold.')
    const item = { origin: 'bench.local/bench/g1', first_leaf: 0, note: other.checkpoints[1], leaf_hashes: '' }
    const anchor = write('anchor.json', JSON.stringify({ items: [item] }))
    expect((await verify([pack, anchor], key)).said).toBe('It does not hold.')
  })

  it('a signature that does not hold is named where verify.mjs names it, though a browser checks it later', async () => {
    for (const type of ['B', 'H']) {
      const forged = join(folder, `signature-${type}.zip`)
      await repack(pack, forged, (name, text) => (name === 'log-1.log' ? withChangedSignature(text, type) : text))
      const { said, result } = await verify(forged, key)
      expect(said).toBe('It does not hold.')
      expect(result.problems[0]?.what).toMatch(
        type === 'B' ? /is not what the writer signed/ : /signature by .* does not hold/,
      )
      expect(result).toEqual(JSON.parse(JSON.stringify(await verifyPath(forged, { trust: [key] }))))
    }
  })

  it('garbage is not judged, and a proof without a key is not', async () => {
    const garbage = await verify(write('garbage.zip', Buffer.alloc(5000, 7)), '')
    expect(garbage.said).toBe('It could not be judged.')
    expect(words(garbage.result)).toContain('neither a pack')
    const { proofs, vkey } = readVectors('log.json') as { proofs: { proof: string }[]; vkey: string }
    const proof = write('one.tlog-proof', proofs[0]!.proof)
    expect((await verify(proof, '')).said).toBe('It could not be judged.')
    expect((await verify(proof, vkey)).said).toBe('It holds.')
  })
})
