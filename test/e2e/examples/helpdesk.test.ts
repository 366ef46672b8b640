import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { helpdesk } from '../../../examples/helpdesk/app.ts'
import { serve } from '../../../examples/support/serve-page.ts'
import { useChromium } from '../../support/use-chromium.ts'
import { type ExampleSetup, startExampleSetup } from './support.ts'

const TEXT = 'I am Ann Lee, ann.lee@example.com. How many days of leave do I have?'
const PAGE = new URL('../../../examples/helpdesk/page/', import.meta.url)

describe('the helpdesk', { timeout: 120_000 }, () => {
  let setup: ExampleSetup
  let served: Awaited<ReturnType<typeof serve>>
  const heard: string[] = []
  beforeAll(async () => {
    setup = await startExampleSetup()
    served = await serve(helpdesk(setup.access, 'simulated/echo'), 0)
  }, 120_000)
  afterAll(async () => {
    await served.stop()
    await setup.close()
  })

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${served.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await answer.text()
    heard.push(text)
    return { status: answer.status, text }
  }
  const question = (content: string) => ({ user: 'e-1', session: 's-1', turns: [{ role: 'user', content }] })
  const ask = async (content: string) => {
    const { text } = await post('/questions', question(content))
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: string; redactions?: number; text?: string; done?: boolean })
    return { head: events[0], answer: events.map(({ text = '' }) => text).join(''), last: events.at(-1) }
  }

  it('streams an answer with what the person wrote, of which the model saw nothing', async () => {
    const { head, answer, last } = await ask(TEXT)
    expect([answer, last, head?.redactions]).toEqual([TEXT, { done: true }, 2])
    const { sent } = JSON.parse((await post(`/answers/${head?.id}/sent`, {})).text) as { sent: string }
    expect(sent).toBe('I am [PERSON_1], [EMAIL_ADDRESS_1]. How many days of leave do I have?')
    const [looks] = await setup.sql`
      SELECT count(*)::int AS n FROM ledger_entry WHERE kind = 'disclosure' AND related_entry = ${head?.id ?? ''}`
    expect(looks?.n).toBe(1)
  })

  it('gives the entry and the proof of an answer', async () => {
    const { head } = await ask(TEXT)
    const entry = await (await fetch(`${served.url}/answers/${head?.id}`)).json()
    expect(entry).toMatchObject({ state: 'recorded', tool: 'hr_helpdesk', feature: 'ask' })
    const { proof, key } = (await (await fetch(`${served.url}/answers/${head?.id}/proof`)).json()) as {
      proof: string
      key: string
    }
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/)
    expect(key).toContain(proof.split('\n\n')[1]?.split('\n')[0])
  })

  it('refuses what is no question, another site, and an unknown answer', async () => {
    for (const body of [
      '{',
      [],
      { ...question('a'), user: '' },
      { ...question('a'), turns: [] },
      question('x'.repeat(8_001)),
    ]) {
      expect((await post('/questions', body)).status).toBe(400)
    }
    expect((await post('/questions', question('a'), { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await fetch(`${served.url}/answers/..%2Fledger%2Fcheckpoint`)).status).toBe(404)
  })

  it('keeps its keys to itself', async () => {
    const { appKey, officerKey } = setup.access
    for (const name of readdirSync(PAGE)) heard.push(readFileSync(new URL(name, PAGE), 'utf8'))
    heard.push(await (await fetch(`${served.url}/about`)).text())
    expect(heard.filter((text) => text.includes(appKey) || text.includes(String(officerKey)))).toEqual([])
  })

  describe('in a browser', () => {
    const { newPage, complaints } = useChromium()
    let page: Page
    beforeEach(async () => {
      page = await newPage()
    })

    it('shows what stayed, what left, the entry and the proof, one click below the answer', async () => {
      await page.goto(served.url)
      await page.fill('#question', TEXT)
      await page.click('#send')
      await page.click('.turn footer button', { timeout: 30_000 })
      await page.waitForSelector('#evidence code', { timeout: 30_000 })
      expect(await page.locator('#evidence mark').allTextContents()).toEqual(['Ann Lee', 'ann.lee@example.com'])
      await page.click('#evidence button')
      await page.waitForSelector('#evidence div blockquote', { timeout: 30_000 })
      const text = await page.locator('#evidence').textContent()
      expect(text).toContain('I am [PERSON_1], [EMAIL_ADDRESS_1].')
      expect(text).toMatch(/State\s*recorded/)
      expect(text).toContain('Download the proof')
      expect(complaints).toEqual([])
    })

    it('takes markup in an answer for text', async () => {
      const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>bold</b>'
      await page.goto(served.url)
      await page.fill('#question', markup)
      await page.click('#send')
      await page.waitForSelector('.turn footer button', { timeout: 30_000 })
      expect(await page.locator('.turn:not(.user) p').textContent()).toBe(markup)
      expect(await page.locator('main img, main script, main b').count()).toBe(0)
      expect(await page.title()).toBe('HR helpdesk')
    })
  })
})
