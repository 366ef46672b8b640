import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ARTICLES } from '../../../examples/contract-review/sample-text.ts'
import type { Summary } from '../../../examples/contract-review/summary.ts'
import type { Progress } from '../../../examples/contract-review/workflow/review-contract.ts'
import { useChromium } from '../../support/use-chromium.ts'
import { readHistory, textsOf } from '../history/read-history.ts'
import { makePdf } from './make-pdf.ts'
import { type ExampleSetup, startExampleSetup } from './support.ts'

const MAIN = fileURLToPath(new URL('../../../examples/contract-review/main.ts', import.meta.url))

type View = Summary & {
  state: string
  progress: Progress | null
  error: { code: string; message: string } | null
}

describe('contract review', { timeout: 300_000 }, () => {
  let setup: ExampleSetup
  let folder: string
  let example: { url: string; child: ChildProcess }
  beforeAll(async () => {
    setup = await startExampleSetup()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-review-'))
    example = await start()
  }, 300_000)
  afterAll(async () => {
    await stop('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
    await setup.close()
  })

  /** `npm run contract-review` without its bootstrap. */
  async function start(): Promise<typeof example> {
    const { url, appKey, temporalAddress } = setup.access
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PALIMPSEST_URL: url,
        PALIMPSEST_API_KEY: appKey,
        TEMPORAL_ADDRESS: temporalAddress,
        REVIEW_PORT: '0',
        REVIEW_FOLDER: folder,
        REVIEW_TASK_QUEUE: `review-${setup.gateway.taskQueue}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += String(piece)))
    for (let tries = 0; tries < 1_200; tries++) {
      const found = /is on (http:\S+),/.exec(said)?.[1]
      if (found) return { url: found, child }
      if (child.exitCode !== null) throw new Error(`the example did not start: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the example did not serve: ${said}`)
  }
  async function stop(signal: NodeJS.Signals): Promise<void> {
    const { child } = example
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    else return
    await ended
  }
  const bring = async (path: string, body?: Uint8Array<ArrayBuffer>) => {
    const answer = await fetch(`${example.url}${path}`, { method: 'POST', ...(body && { body }) })
    return { status: answer.status, body: (await answer.json()) as { id: string; error?: string } }
  }
  const view = async (id: string) => (await (await fetch(`${example.url}/reviews/${id}`)).json()) as View
  const until = async (id: string, isSo: (found: View) => boolean): Promise<View> => {
    for (let tries = 0; tries < 2_400; tries++) {
      const found = await view(id)
      if (isSo(found)) return found
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the review is ${JSON.stringify(await view(id))}`)
  }
  const ended = (id: string) => until(id, ({ state }) => state !== 'running')
  const entries = async () =>
    (await setup.sql`SELECT id FROM ledger_entry WHERE tool = 'contract_review' AND kind = 'interaction'`).map(
      ({ id }) => String(id),
    )

  it('goes on behind a kill in the middle: every page once, with its clauses, its entry and its cost', async () => {
    const { status, body } = await bring('/reviews?sample=yes')
    expect(status).toBe(202)
    await until(body.id, ({ progress }) => (progress?.done ?? 0) >= 3)
    await stop('SIGKILL')
    example = await start()
    const done = await ended(body.id)
    expect(done).toMatchObject({ state: 'completed', pages: ARTICLES.length, costUsd: '0.0000000000' })
    expect(done.results.map(({ page, outcome }) => [page, outcome])).toEqual(
      ARTICLES.map((_, index) => [index + 1, 'reviewed']),
    )
    const titles = done.results.flatMap((one) =>
      one.outcome === 'reviewed' ? [one.clauses.map(({ title }) => title)] : [],
    )
    expect(titles).toEqual(ARTICLES.map(([title, ...clauses]) => [title, ...clauses.map(([name]) => name)]))
    const requests = done.results.flatMap((one) => (one.outcome === 'reviewed' ? [one.request] : []))
    expect((await entries()).sort()).toEqual(requests.sort())
  })

  it('leaves no word of the document in Temporal', async () => {
    const { body } = await bring('/reviews?sample=yes')
    await ended(body.id)
    const connection = await Connection.connect({ address: setup.access.temporalAddress })
    const { raw } = await readHistory(new Client({ connection }), `contract-review/${body.id}`)
    await connection.close()
    const texts = textsOf(raw)
    expect(texts.filter((text) => text === 'reviewed').length).toBeGreaterThanOrEqual(ARTICLES.length)
    expect(texts.filter((text) => /Voss|Fees|Northlake|IBAN|clause|sample/i.test(text))).toEqual([])
  })

  it('gives its result as JSON and as CSV', async () => {
    const { body } = await bring('/reviews?sample=yes')
    expect((await fetch(`${example.url}/reviews/${body.id}/result.json`)).status).toBe(404)
    await ended(body.id)
    const json = (await (await fetch(`${example.url}/reviews/${body.id}/result.json`)).json()) as Summary
    expect(json.results).toHaveLength(ARTICLES.length)
    const csv = await fetch(`${example.url}/reviews/${body.id}/result.csv`)
    expect(csv.headers.get('content-disposition')).toContain(`${body.id}.csv`)
    const lines = (await csv.text()).trim().split('\n')
    expect(lines[0]).toBe('page,number,title,summary,request')
    expect(lines).toHaveLength(1 + ARTICLES.reduce((sum, article) => sum + article.length, 0))
  })

  it('says what is wrong with a document that cannot be read', async () => {
    const encrypted = await bring('/reviews?name=a.pdf', await makePdf(2, { userPassword: 'secret' }))
    const broken = await bring('/reviews?name=b.pdf', new TextEncoder().encode('%PDF-1.7 and then nothing'))
    const other = await bring('/reviews?name=c.pdf', new TextEncoder().encode('a letter'))
    const errors = await Promise.all([encrypted, broken, other].map(async ({ body }) => (await ended(body.id)).error))
    expect(errors.map((error) => error?.code)).toEqual(['encrypted', 'not_a_pdf', 'not_a_pdf'])
    expect(errors[0]?.message).toContain('save it without a password')
    expect(await bring('/reviews?name=d.pdf')).toMatchObject({ status: 400, body: { error: 'The file is empty.' } })
    expect((await fetch(`${example.url}/reviews/../../etc/passwd`)).status).toBe(404)
  })

  it('sends nothing of a scanned page, and reviews the others', async () => {
    const before = (await entries()).length
    const { body } = await bring('/reviews?name=scan.pdf', await makePdf(3, { scanned: [2] }))
    const { results } = await ended(body.id)
    expect(results.map(({ outcome }) => outcome)).toEqual(['reviewed', 'no_text', 'reviewed'])
    expect((await entries()).length).toBe(before + 2)
  })

  describe('in a browser', () => {
    const { newPage, complaints } = useChromium()
    let page: Page
    beforeEach(async () => {
      page = await newPage()
      await page.goto(example.url)
    })

    const choose = async (name: string, body: Uint8Array) =>
      page.setInputFiles('#file', { name, mimeType: 'application/pdf', buffer: Buffer.from(body) })

    it('shows every page, the clauses with their entries, cost and time, and a file to take away', async () => {
      await page.click('#sample')
      await page.waitForSelector('#downloads:not([hidden])', { timeout: 60_000 })
      expect(await page.locator('#pages li.reviewed').count()).toBe(ARTICLES.length)
      expect(await page.locator('#clauses tr').count()).toBe(ARTICLES.reduce((sum, article) => sum + article.length, 0))
      expect(await page.locator('#figures').textContent()).toMatch(/Cost\$0\.00Cost per page\$0\.00Time per page\d+ ms/)
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#csv')])
      expect(download.suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.csv$/)
      expect(complaints).toEqual([])
    })

    it('says in place of an empty table what is wrong with a document', async () => {
      await choose('locked.pdf', await makePdf(1, { userPassword: 'secret' }))
      await page.waitForSelector('#message.error', { timeout: 60_000 })
      expect(await page.locator('#message').textContent()).toContain('encrypted')
      expect(await page.locator('#found').isVisible()).toBe(false)
      await choose('scan.pdf', await makePdf(2, { scanned: [1, 2] }))
      await page.waitForSelector('#pages li.no_text >> nth=1', { timeout: 60_000 })
      const message = () => page.locator('#message').textContent()
      await expect.poll(message, { timeout: 20_000 }).toContain('No page has text')
    })
  })
})
