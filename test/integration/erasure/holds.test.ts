import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/hold.ts'
import { type ErasureStack, OTHER_APP, OTHER_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

interface Hold {
  id: string
  scope: string
  subject: string | null
  from: string | null
  to: string | null
  in_force: boolean
  reason?: string | null
  placed_by: string
  released_by: string | null
  released_at: string | null
  erasures_announced_before?: string[]
}

describe('a legal hold', () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack()
  })
  afterAll(() => stack.close())

  const place = async (body: object, key = TEST_KEYS.privacy): Promise<Hold> => {
    const answer = await stack.officer('/v1/holds', body, key)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body as Hold
  }
  const release = async (id: string, key = TEST_KEYS.privacy) => {
    const response = await stack.gateway.call(`/v1/holds/${id}`, { key, method: 'DELETE' })
    return { status: response.status, body: (await response.json()) as Hold }
  }
  const list = async (query = '', key = TEST_KEYS.privacy) =>
    (await stack.officer(`/v1/holds${query}`, undefined, key)).body as { holds: Hold[]; next_before: string | null }
  /** The holds that forbid an erasure of these, as its workflow would find them. */
  const forbidding = async (person: Parameters<ErasureStack['openCase']>[0]) => {
    const { id } = await stack.openCase(person)
    await stack.step('resolvePerson', { caseId: id })
    const { holds } = await stack.step('findHolds', { caseId: id })
    await stack.sql`DELETE FROM erasure_case WHERE id = ${id}`
    return holds
  }
  const entriesOf = (id: string) =>
    stack.sql`SELECT * FROM ledger_entry WHERE kind = 'hold' AND (id = ${id} OR related_entry = ${id}) ORDER BY id`

  it('on a user forbids that erasure and no other, until it is released', async () => {
    await stack.say('anna', 'hello')
    await stack.say('ben', 'hello')
    const hold = await place({ user: 'anna', reason: 'Litigation 7 O 12/26, claim of Ms Anna Bergmann' })
    expect(hold).toMatchObject({ scope: 'subject', in_force: true, placed_by: 'test-privacy', from: null })
    expect(await forbidding({ user: 'anna' })).toEqual([hold.id])
    expect(await forbidding({ user: 'ben' })).toEqual([])
    expect((await release(hold.id)).body).toMatchObject({ in_force: false, released_by: 'test-privacy' })
    expect(await forbidding({ user: 'anna' })).toEqual([])
  })

  it('and its release are entries of the ledger, in the transaction of their effect', async () => {
    const hold = await place({ user: 'ben', reason: 'audit of the works council' })
    await release(hold.id)
    const entries = await entriesOf(hold.id)
    expect(entries).toMatchObject([
      {
        id: hold.id,
        status: 'placed',
        api_key_id: 'test-privacy',
        subject_pseudonym: hold.subject,
        related_entry: null,
      },
      { status: 'released', api_key_id: 'test-privacy', subject_pseudonym: hold.subject, related_entry: hold.id },
    ])
    const [both] = await stack.sql`
      SELECT count(DISTINCT r.xmin::text)::integer AS transactions
      FROM (SELECT xmin FROM legal_hold WHERE id = ${hold.id} UNION ALL
            SELECT xmin FROM ledger_entry WHERE related_entry = ${hold.id}) r`
    expect(both?.transactions).toBe(1)
  })

  it('without its reason, or under another tenant, is refused by the database itself, and nothing is written', async () => {
    const hold = await place({ tenant: true, reason: 'investigation' })
    const [before] = await stack.sql`SELECT count(*)::integer AS entries FROM ledger_entry`
    const copy = (change: string) =>
      stack.sql.begin(async (sql) => {
        await sql.unsafe(`
        INSERT INTO ledger_entry SELECT (json_populate_record(e, '${change}'::json)).*
        FROM ledger_entry e WHERE e.id = '${hold.id}'`)
      })
    const id = `${hold.id.slice(0, -4)}abcd`
    await expect(copy(JSON.stringify({ id }))).rejects.toThrow(/a hold needs its reason/)
    // A release by somebody else's tenant changes nothing.
    const foreign = { id, status: 'released', related_entry: hold.id, tenant_id: 'other', writer_seq: 999_999 }
    await copy(JSON.stringify(foreign))
    expect((await list('?in_force=true')).holds.map((one) => one.id)).toContain(hold.id)
    const [after] = await stack.sql`SELECT count(*)::integer AS entries FROM ledger_entry`
    expect(after?.entries).toBe(before?.entries + 1)
    await release(hold.id)
  })

  it('on a user whom nobody knows is answered like any other, and takes the person in when they appear', async () => {
    const unknown = await place({ user: 'carla', reason: 'claim announced by her counsel' })
    const known = await place({ user: 'ben', reason: 'claim announced by his counsel' })
    expect(Object.keys(unknown)).toEqual(Object.keys(known))
    expect(unknown.subject).toMatch(/^sub_[0-9a-f]{32}$/)
    const request = await stack.say('carla', 'now I am here')
    const [entry] = await stack.sql`SELECT subject_pseudonym FROM ledger_entry WHERE id = ${request}`
    expect(entry?.subject_pseudonym).toBe(unknown.subject)
    expect(await forbidding({ user: 'carla' })).toEqual([unknown.id])
    for (const { id } of [unknown, known]) await release(id)
  })

  it('on a tenant forbids every erasure in it and none in another', async () => {
    await stack.say('dora', 'hello', { key: OTHER_APP })
    const hold = await place({ tenant: 'dev', reason: 'preservation order' })
    expect(await forbidding({ user: 'ben' })).toEqual([hold.id])
    expect(await forbidding({ identifiers: [{ type: 'EMAIL_ADDRESS', value: 'nobody@example.com' }] })).toEqual([
      hold.id,
    ])
    const { body } = await stack.officer('/v1/erasures/references', { user: 'dora' }, OTHER_OFFICER)
    const caseId = (body as { id: string }).id
    await stack.step('resolvePerson', { caseId })
    expect(await stack.step('findHolds', { caseId })).toEqual({ holds: [] })
    await release(hold.id)
  })

  it('on a period forbids the erasure of whoever has an entry in it', async () => {
    await stack.say('emil', 'hello')
    const today = new Date().toISOString().slice(0, 10)
    const covering = await place({ from: today, to: today, reason: 'the day of the incident' })
    const past = await place({ from: '2025-01-01', to: '2025-03-31', reason: 'the first quarter' })
    const begun = Date.parse(today)
    expect(covering).toMatchObject({
      scope: 'period',
      from: new Date(begun).toISOString(),
      to: new Date(begun + 86_400_000).toISOString(),
    })
    expect(past.to).toBe('2025-04-01T00:00:00.000Z')
    expect(await forbidding({ user: 'emil' })).toEqual([covering.id])
    expect(await forbidding({ user: 'nobody at all' })).toEqual([])
    for (const { id } of [covering, past]) await release(id)
  })

  it("on one person forbids that another's erasure takes something out of their entries", async () => {
    await stack.say('frieda', 'please ask greta.lindt@example.com about it')
    await stack.say('greta.lindt@example.com', 'hello')
    const hold = await place({ user: 'frieda', reason: 'her entries are evidence as they are' })
    const greta = { identifiers: [{ type: 'EMAIL_ADDRESS', value: 'greta.lindt@example.com' }] }
    expect(await forbidding(greta)).toEqual([hold.id])
    await release(hold.id)
    expect(await forbidding(greta)).toEqual([])
  })

  it('is released once, however often it is asked for', async () => {
    const hold = await place({ tenant: true, reason: 'investigation' })
    const first = await release(hold.id)
    const second = await release(hold.id)
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body).toEqual(first.body)
    expect(await entriesOf(hold.id)).toHaveLength(2)
    const racing = await place({ tenant: true, reason: 'investigation' })
    await Promise.all([1, 2, 3, 4].map(() => release(racing.id)))
    const [row] = await stack.sql`SELECT released_at FROM legal_hold WHERE id = ${racing.id}`
    const released = (await entriesOf(racing.id)).slice(1)
    // Those that came at the same time may stand there, too; the first one counts.
    expect(released.map((entry) => entry.occurred_at.getTime())).toContain(row?.released_at.getTime())
  })

  it('is listed with its reason for the privacy role, newest first, page by page', async () => {
    const holds = [
      await place({ tenant: true, reason: 'first' }),
      await place({ user: 'ben', reason: 'sécond “quoted” ≥' }),
    ]
    const all = await list('?limit=1000')
    expect(all.holds[0]).toMatchObject({ id: holds[1]?.id, reason: 'sécond “quoted” ≥' })
    expect(all.holds[1]).toMatchObject({ id: holds[0]?.id, reason: 'first', subject: null })
    const page = await list(`?limit=1&before=${holds[1]?.id}`)
    expect(page.holds.map(({ id }) => id)).toEqual([holds[0]?.id])
    expect((await list('?in_force=true')).holds.map(({ id }) => id)).toEqual([holds[1]?.id, holds[0]?.id])
    for (const { id } of holds) await release(id)
    expect((await list('?in_force=true')).holds).toEqual([])
  })

  it("of another tenant does not exist, and its tenant can't be named", async () => {
    const hold = await place({ tenant: true, reason: 'investigation' })
    expect((await release(hold.id, OTHER_OFFICER)).status).toBe(404)
    expect((await list('', OTHER_OFFICER)).holds).toEqual([])
    expect((await release('0190b5a4-0000-7000-8000-000000000000')).status).toBe(404)
    expect((await release(encodeURIComponent("x' OR 1=1"))).status).toBe(404)
    expect((await stack.officer('/v1/holds', { tenant: 'other', reason: 'curious' })).status).toBe(404)
    await release(hold.id)
  })

  it.each([
    [{ reason: 'on nothing' }, 'invalid_hold'],
    [{ user: 'a', tenant: true, reason: 'on two' }, 'invalid_hold'],
    [{ user: 'a', from: '2026-01-01', to: '2026-02-01', reason: 'on two' }, 'invalid_hold'],
    [{ user: 'a' }, 'invalid_hold'],
    [{ user: 'a', reason: '  x  ' }, 'invalid_hold'],
    [{ user: 'a', reason: 'x'.repeat(2001) }, 'invalid_hold'],
    [{ user: '', reason: 'on nobody' }, 'invalid_hold'],
    [{ user: '\ud800', reason: 'half a character' }, 'invalid_hold'],
    [{ user: 'a', reason: 'half \udfff a character' }, 'invalid_hold'],
    [{ user: ['a'], reason: 'on a list' }, 'invalid_hold'],
    [{ tenant: false, reason: 'on no tenant' }, 'invalid_hold'],
    [{ user: 'a', reason: 'with more', until: 'tomorrow' }, 'invalid_hold'],
    [{ from: '2026-01-01', reason: 'open end' }, 'invalid_period'],
    [{ to: '2026-01-01', reason: 'open start' }, 'invalid_period'],
    [{ from: '2026-02-01', to: '2026-01-01', reason: 'backwards' }, 'invalid_period'],
    [{ from: '2026-02-30', to: '2026-03-01', reason: 'no such day' }, 'invalid_period'],
    [{ from: '2026-01-01T10:00:00', to: '2026-03-01', reason: 'in no zone' }, 'invalid_period'],
    [{ from: 'yesterday', to: '2026-03-01', reason: 'words' }, 'invalid_period'],
    [{ from: '0000-01-01', to: '9999-12-31T23:59:59-23:59', reason: 'beyond time' }, 'invalid_period'],
    [[], 'invalid_hold'],
    [null, 'invalid_hold'],
  ])('is not placed by %j', async (body, code) => {
    const [before] = await stack.sql`SELECT count(*)::integer AS entries FROM ledger_entry`
    const answer = await stack.officer('/v1/holds', body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code } } })
    expect(await stack.sql`SELECT count(*)::integer AS entries FROM ledger_entry`).toEqual([before])
  })

  it('is placed, listed and released from a shell', async () => {
    const shell = async (...args: string[]) => {
      const [out, said]: string[][] = [[], []]
      const exit = await run([...args, '--url', stack.gateway.url], {
        env: { PALIMPSEST_API_KEY: TEST_KEYS.privacy, PALIMPSEST_HOME: '/nowhere' },
        write: (line) => out?.push(line),
        warn: (line) => said?.push(line),
      })
      return { exit, out: out?.join('\n') ?? '', said: said?.join('\n') ?? '' }
    }
    const placed = await shell('place', '--user', 'ben', '--reason', 'claim of the counsel', '--json')
    expect(placed.exit).toBe(0)
    const { id } = JSON.parse(placed.out) as Hold
    const listed = await shell('list', '--in-force')
    expect(listed.out).toMatch(new RegExp(`^hold ${id} on sub_[0-9a-f]{32}, placed .* in force: claim of the counsel$`))
    expect((await shell('release', id)).out).toContain('released')
    expect((await shell('list', '--in-force')).out).toBe('No hold is in force.')
    const period = await shell('place', '--from', '2026-01-01', '--to', '2026-01-31', '--reason', 'audit', '--json')
    expect(JSON.parse(period.out)).toMatchObject({ scope: 'period', to: '2026-02-01T00:00:00.000Z' })
    await shell('release', (JSON.parse(period.out) as Hold).id)
    for (const wrong of [
      ['place', '--user', 'ben'],
      ['place', '--tenant', '--user', 'b', '--reason', 'two'],
      ['release'],
      ['list', 'x'],
      [],
    ]) {
      expect(await shell(...wrong)).toMatchObject({ exit: 2, said: expect.stringContaining('palimpsest hold place') })
    }
    expect(await shell('release', '0190b5a4-0000-7000-8000-000000000000')).toMatchObject({
      exit: 2,
      said: expect.stringContaining('not_found'),
    })
  })

  it('leaves its reason and its user in no table, log line or entry in clear', async () => {
    const hold = await place({ user: 'helga-quillfeather', reason: 'Quillfeather versus the works council' })
    await list()
    const rows = await stack.sql`
      SELECT row_to_json(h)::text AS row FROM legal_hold h UNION ALL SELECT row_to_json(e)::text FROM ledger_entry e
      UNION ALL SELECT row_to_json(c)::text FROM content c UNION ALL SELECT row_to_json(s)::text FROM data_subject s`
    const everything = [...rows.map(({ row }) => row), ...stack.gateway.logLines].join('\n')
    expect(everything.toLowerCase()).not.toContain('quillfeather')
    expect(everything).not.toContain(Buffer.from('Quillfeather versus').toString('hex'))
    await release(hold.id)
  })
})
