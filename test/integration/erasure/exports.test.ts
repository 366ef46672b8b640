import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHistory, textsOf } from '../../e2e/history/read-history.ts'
import { keepHistory } from '../../e2e/history/recorded.ts'
import type { Account } from '../../support/erasure/account.ts'
import { type ErasureStack, OTHER_OFFICER, SECOND_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

interface ExportView {
  id: string
  state: string
  workflowId: string
  entries: number | null
  expires_at: string | null
  error_code: string | null
}

interface ExportData {
  format: string
  readable: string
  subject: string | null
  disclosure: string | null
  summary: Record<string, unknown> | null
  about: string[]
  not_included: string[]
  entries: Record<string, unknown>[]
}

describe('an export of what is stored of a person', () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack()
  })
  afterAll(() => stack.close())

  const ask = async (body: object, key = TEST_KEYS.privacy): Promise<ExportView> => {
    const answer = await stack.officer('/v1/subjects/export', body, key)
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
    return answer.body as ExportView
  }
  const state = async (id: string) => (await stack.officer(`/v1/subjects/exports/${id}`)).body as ExportView
  const ended = async (id: string): Promise<ExportView> => {
    for (let tries = 0; ; tries++) {
      const view = await state(id)
      if (view.state !== 'pending' && view.state !== 'running') return view
      if (tries > 600) throw new Error(`the export is ${JSON.stringify(view)} after a minute and more`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const made = async (body: object): Promise<ExportView> => ended((await ask(body)).id)
  const read = async (id: string, key = TEST_KEYS.privacy, accept = 'application/json') =>
    stack.gateway.call(`/v1/subjects/exports/${id}/data`, { key, headers: { accept } })
  const data = async (id: string): Promise<ExportData> => {
    const response = await read(id)
    expect(response.status, await response.clone().text()).toBe(200)
    return (await response.json()) as ExportData
  }
  const account = async (query: string, key = TEST_KEYS.privacy) =>
    (await stack.officer(`/v1/disclosures?${query}`, undefined, key)).body as Account

  it('holds every entry of theirs with its values restored, and nobody else’s', async () => {
    const words = 'Zoë Łukasiewicz <zoe@example.com> “quoted” \\ "escaped" 日本 & 𝒳'
    const first = await stack.say('zoe', `write to ${words}`, { headers: { 'X-Session-Id': 'morning' } })
    const second = await stack.say('zoe', 'and call +49 30 901820')
    await stack.say('yves', 'this is not hers: yves@example.com')
    const { id, state: end, entries } = await made({ user: 'zoe' })
    expect({ end, entries }).toEqual({ end: 'completed', entries: 2 })
    const found = await data(id)
    expect(found).toMatchObject({
      format: 'palimpsest/v1/subject-export',
      readable: 'all',
      subject: expect.stringMatching(/^sub_/),
    })
    expect(found.entries.map((entry) => entry.id)).toEqual([first, second])
    expect(found.entries[0]).toMatchObject({
      kind: 'interaction',
      user: 'zoe',
      session: 'morning',
      tool: 'default',
      sent_to: [{ provider: 'simulator' }],
      prompt: { messages: [{ role: 'user', content: `write to ${words}` }] },
      response: { choices: [{ message: { content: `write to ${words}` } }] },
      detected: expect.arrayContaining([expect.objectContaining({ type: 'EMAIL_ADDRESS', value: 'zoe@example.com' })]),
    })
    expect(JSON.stringify(found)).not.toContain('yves')
    expect(found.summary).toMatchObject({
      entries: 2,
      recipients: [{ provider: 'simulator', entries: 2 }],
      found: expect.arrayContaining([expect.objectContaining({ type: 'EMAIL_ADDRESS' })]),
    })
    expect(found.not_included.length).toBeGreaterThan(0)
  })

  it('stands in the ledger as a disclosure before it can be read, and each reading is one more', async () => {
    await stack.say('xenia', 'hello')
    const { id } = await made({ user: 'xenia', purpose: 'her letter of 12 November' })
    const [row] = await stack.sql`
      SELECT e.status, e.detail, e.occurred_at <= x.completed_at AS before
      FROM subject_export x JOIN ledger_entry e ON e.id = x.disclosure_id WHERE x.id = ${id}`
    expect(row).toMatchObject({ status: 'exported', before: true })
    expect(JSON.parse(row?.detail)).toEqual({ entries: 1, export: id })
    expect((await read(id, SECOND_OFFICER)).status).toBe(200)
    const { disclosures } = await account('user=xenia')
    expect(disclosures).toMatchObject([
      { status: 'exported', shown: 'export', purpose: 'her letter of 12 November', recipient: { key: 'test-privacy' } },
      {
        status: 'disclosed',
        shown: 'export',
        purpose: 'her letter of 12 November',
        recipient: { key: 'test-privacy-2' },
      },
    ])
  })

  it('cannot be read where the reading cannot be recorded', async () => {
    await stack.say('walter', 'hello')
    const { id } = await made({ user: 'walter' })
    await stack.sql`CREATE FUNCTION refuse_disclosures() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''no''; END'`
    await stack.sql`CREATE TRIGGER refuse_disclosures BEFORE INSERT ON ledger_entry FOR EACH ROW
      WHEN (NEW.kind = 'disclosure') EXECUTE FUNCTION refuse_disclosures()`
    const refused = await read(id)
    await stack.sql`DROP TRIGGER refuse_disclosures ON ledger_entry`
    expect(refused.status).toBe(500)
    expect(await refused.text()).not.toContain('hello')
    expect((await read(id)).status).toBe(200)
  })

  it('of somebody whom nobody knows says so, makes nobody up, and looks the same before it is opened', async () => {
    const [before] = await stack.sql`SELECT count(*)::integer AS subjects FROM data_subject`
    const asked = await ask({ user: 'nobody-of-that-name' })
    await stack.say('vera', 'hello')
    const known = await ask({ user: 'vera' })
    expect(Object.keys(asked)).toEqual(Object.keys(known))
    expect(asked.state).toBe(known.state)
    const view = await ended(asked.id)
    expect(view).toMatchObject({ state: 'completed', entries: 0 })
    expect(await data(asked.id)).toMatchObject({ readable: 'none', subject: null, summary: null, entries: [] })
    const [after] = await stack.sql`SELECT count(*)::integer AS subjects FROM data_subject`
    expect(after?.subjects).toBe(before?.subjects + 1)
  })

  it('of an erased person says that nothing is readable, and an erasure takes those that were made', async () => {
    const request = await stack.say('ulla', 'my number is +49 30 901821')
    const { id } = await made({ user: 'ulla' })
    const [subject] = await stack.sql`
      SELECT s.* FROM data_subject s JOIN ledger_entry e ON e.subject_pseudonym = s.pseudonym WHERE e.id = ${request}`
    const pseudonym = subject?.pseudonym as string
    const running = await ask({ user: 'ulla' })
    await ended(running.id)
    await stack.stores.keys.destroyDataKey(subject?.data_key_id)
    for (let tries = 0; tries < 100 && (await read(id)).status === 200; tries++) {
      if ((await data(id)).readable === 'erased') break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(await data(id)).toMatchObject({ readable: 'erased', disclosure: null, entries: [], summary: null })
    const again = await made({ subject: pseudonym })
    expect(again).toMatchObject({ state: 'completed', entries: 0 })
    const found = await data(again.id)
    expect(found).toMatchObject({ readable: 'erased', subject: pseudonym, entries: [] })
    expect(found.about.join(' ')).toMatch(/has been erased/)
    const page = await (await read(again.id, TEST_KEYS.privacy, 'text/html')).text()
    expect(page).toMatch(/has been erased/)
    // What was typed as the purpose went with the key; that it was shown stays.
    const { disclosures } = await account(`subject=${pseudonym}`)
    expect(disclosures.length).toBeGreaterThan(0)
    expect(disclosures.every(({ purpose }) => purpose === null)).toBe(true)
  })

  it('as a page runs and fetches nothing, whatever the person wrote', async () => {
    const attack =
      '<script>alert(1)</script><img src=x onerror=alert(2)> "\'><svg/onload=alert(3)> &lt;b&gt; </article>'
    await stack.say('mallory"><script>', attack)
    const { id } = await made({ user: 'mallory"><script>', purpose: 'a <b>bold</b> purpose' })
    await (await read(id)).text()
    const again = await made({ user: 'mallory"><script>' })
    const response = await read(again.id, TEST_KEYS.privacy, 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const page = await response.text()
    const tags = new Set([...page.matchAll(/<\/?([a-zA-Z!][^\s>]*)/g)].map(([, name]) => name))
    const ours = [
      '!doctype',
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'h1',
      'h2',
      'h3',
      'p',
      'table',
      'tr',
      'th',
      'td',
    ]
    expect([...tags].filter((tag) => ![...ours, 'ul', 'li', 'br', 'article', 'div'].includes(tag ?? ''))).toEqual([])
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('&amp;lt;b&amp;gt;')
    expect(page).toContain('a &lt;b&gt;bold&lt;/b&gt; purpose')
  })

  it('leaves no user id, purpose or text in the history of its workflow, in a table or in the log', async () => {
    await stack.say('tilda-quillfeather', 'the word is Quillfeather')
    const { id, workflowId } = await made({ user: 'tilda-quillfeather', purpose: 'letter of Quillfeather' })
    await data(id)
    const { raw, result } = await readHistory(stack.client, workflowId)
    keepHistory('completed', raw, 'export')
    expect(result).toMatchObject({ entries: 1, erased: false })
    const payloads = textsOf(raw)
    const rows = await stack.sql`
      SELECT row_to_json(x)::text AS row FROM subject_export x UNION ALL
      SELECT row_to_json(p)::text FROM subject_export_part p UNION ALL SELECT row_to_json(e)::text FROM ledger_entry e`
    const everything = [...payloads, ...rows.map(({ row }) => row), ...stack.gateway.logLines].join('\n').toLowerCase()
    expect(everything).toContain(id)
    expect(everything).not.toContain('quillfeather')
  })

  it('is dropped when its day is over, and that it was made stays', async () => {
    await stack.say('sven', 'hello')
    const { id, expires_at: expires } = await made({ user: 'sven' })
    expect(Date.parse(expires ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000)
    await stack.sql`UPDATE subject_export SET expires_at = now() - interval '1 second' WHERE id = ${id}`
    expect(await state(id)).toMatchObject({ state: 'expired' })
    expect((await read(id)).status).toBe(410)
    expect(await stack.stores.exports.expireOverdue()).toBe(1)
    expect(await stack.sql`SELECT FROM subject_export_part WHERE export_id = ${id}`).toHaveLength(0)
    expect(await state(id)).toMatchObject({ state: 'expired', entries: 1 })
    expect((await account('user=sven')).disclosures).toMatchObject([{ status: 'exported' }])
  })

  it('is collected anew after a crash, and who was taken for dead writes no more', async () => {
    for (let i = 0; i < 3; i++) await stack.say('rosa', `message ${i}`)
    const { exports, keys, subjects } = stack.stores
    const known = await subjects.find('dev', 'user:rosa')
    const [id, disclosureId] = ['0190b5a4-0000-7000-8000-00000000aaaa', '0190b5a4-0000-7000-8000-00000000bbbb']
    const officer = { tenantId: 'dev', keyId: 'test-privacy', app: 'helpdesk', team: null }
    const subject = known ? { ...known, purpose: null } : null
    await exports.create({ id, officer, requestedAt: Date.now(), subject, disclosureId })
    const dead = '0190b5a4-0000-7000-8000-00000000dead'
    expect(await exports.begin(id, dead)).toBe(true)
    await exports.addPart(id, dead, 0, Buffer.from('half of it'))
    expect(await exports.begin(id, '0190b5a4-0000-7000-8000-00000000beef')).toBe(true)
    await expect(exports.addPart(id, dead, 1, Buffer.from('late'))).rejects.toThrow(/another run/)
    const late = { entries: 1, erased: false, sealedSummary: null }
    await expect(exports.noteCollected(id, dead, late)).rejects.toThrow(/another run/)
    expect(await exports.part(id, 0)).toBeUndefined()
    expect(await exports.fail(id, 'test', ['running'])).toBe(true)
    expect(await exports.begin(id, dead)).toBe(false)
    expect(await keys.dataKey(known?.dataKeyId ?? '')).toBeDefined()
  })

  it('of a person with more than one part and more than one page keeps their order and loses nothing', async () => {
    // Two fill a part, and they are more than are read at once.
    const long = 'ä'.repeat(300_000)
    const ids: string[] = []
    for (let i = 0; i < 21; i++) ids.push(await stack.say('quentin', `${i} ${i < 2 ? long : 'short'}`))
    const { id, entries } = await made({ user: 'quentin' })
    expect(entries).toBe(ids.length)
    const [parts] = await stack.sql`SELECT count(*)::integer AS parts FROM subject_export_part WHERE export_id = ${id}`
    expect(parts?.parts).toBeGreaterThan(1)
    expect((await data(id)).entries.map((entry) => entry.id)).toEqual(ids)
  })

  it("of another tenant does not exist, nor does that tenant's person", async () => {
    await stack.say('paula', 'hello')
    const { id } = await made({ user: 'paula' })
    const known = await stack.stores.subjects.find('dev', 'user:paula')
    for (const path of [
      `/v1/subjects/exports/${id}`,
      `/v1/subjects/exports/${id}/data`,
      '/v1/subjects/exports/x%27--',
    ]) {
      expect((await stack.officer(path, undefined, OTHER_OFFICER)).status).toBe(404)
    }
    const foreign = await stack.officer('/v1/subjects/export', { subject: known?.pseudonym }, OTHER_OFFICER)
    expect(foreign.status).toBe(404)
    expect((await account(`subject=${known?.pseudonym}`, OTHER_OFFICER)).disclosures).toEqual([])
    expect((await account('user=paula', OTHER_OFFICER)).disclosures).toEqual([])
  })

  it.each([
    [{}],
    [{ user: 'a', subject: `sub_${'0'.repeat(32)}` }],
    [{ user: '' }],
    [{ user: 7 }],
    [{ user: '\udc00' }],
    [{ user: 'x'.repeat(513) }],
    [{ subject: 'anna' }],
    [{ user: 'a', purpose: 'x' }],
    [{ user: 'a', format: 'csv' }],
    [[]],
  ])('is not made for %j', async (body) => {
    const answer = await stack.officer('/v1/subjects/export', body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_export' } } })
  })
})
