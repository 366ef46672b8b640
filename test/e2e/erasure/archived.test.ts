import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchiveActivities } from '../../../activities/archive/activities.ts'
import { createExpireActivities } from '../../../activities/archive/expire.ts'
import { runStep } from '../../support/archive/ending.ts'
import { dropDay } from '../../support/archive/past-objects.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'

const MAIL = 'ann.archived@example.org'

describe('requests whose day left the database', { timeout: 300_000 }, () => {
  let stack: ErasureStack
  let cold: string
  let beside: string
  let missed: string
  beforeAll(async () => {
    stack = await startErasureStack()
    cold = await stack.say('ann', `write to ${MAIL} today`)
    beside = await stack.say('ben', 'nothing of anybody')
    const purpose = { purpose: 'a look before it is archived' }
    expect((await stack.officer(`/v1/requests/${cold}/disclosures`, purpose)).status).toBe(200)
    for (let tries = 0; (await stack.stores.entries.proof('dev', beside)) === undefined; tries++) {
      if (tries > 300) throw new Error('no leaf after half a minute')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await archive()
    const [row] = await stack.sql`SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day`
    await dropDay(stack.sql, String(row?.day))
  }, 300_000)
  afterAll(() => stack.close())

  /** Everything of today, as its archival would long after. */
  const archive = async () => {
    const steps = createArchiveActivities(stack.stores.archiveEnds)
    for (let tries = 0; ; tries++) {
      const [waiting] = await stack.sql`SELECT count(*)::integer AS n FROM ledger_pending`
      if (waiting?.n === 0) break
      if (tries > 300) throw new Error('entries without a leaf after half a minute')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const periods = await stack.sql`
      SELECT DISTINCT tenant_id AS tenant, retention_class AS "retentionClass", to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day
      FROM ledger_entry WHERE retention_class <> 'proof'`
    for (const due of periods) {
      const { period } = await runStep(steps.preparePeriod, { ...due, recorded: null })
      await runStep(steps.exportPeriod, { period })
      await runStep(steps.recordPeriod, { period })
    }
  }
  const disclose = (id: string) => stack.officer(`/v1/requests/${id}/disclosures`, { purpose: 'what was asked' })

  it('are answered as before, and say that they are archived', async () => {
    const { status, body } = await stack.officer(`/v1/requests/${cold}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: cold, state: 'recorded', archived: true, model_answered: 'simulated/echo' })
    expect((body as { entity_counts: object }).entity_counts).toMatchObject({ EMAIL_ADDRESS: 1 })
    expect((body as { coverage: unknown }).coverage).not.toBeNull()
  })

  it('show their text to who may see it, with placeholders where values were, and the answer says why', async () => {
    const { status, body } = await disclose(cold)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ archived: true, note: expect.stringContaining('hot window') })
    const text = JSON.stringify((body as { prompt: unknown }).prompt)
    expect(text).toContain('[EMAIL_ADDRESS_1]')
    expect(JSON.stringify(body)).not.toContain(MAIL)
  })

  it('have their proofs, are in the list of entries, and are found by nobody else', async () => {
    const proof = await stack.gateway.call(`/v1/ledger/entries/${cold}/proof`, {
      key: 'pk_privacy_test_0123456789abcdef',
    })
    expect(proof.status).toBe(200)
    expect(await proof.text()).toMatch(/^c2sp.org\/tlog-proof@v1/)
    const { body } = await stack.officer('/v1/ledger/entries?limit=100')
    const listed = (body as { entries: { id: string; kind?: string }[] }).entries
    expect(listed.filter(({ id }) => id === cold)).toEqual([expect.objectContaining({ kind: 'interaction' })])
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
    const other = await stack.officer(`/v1/requests/${cold}`, undefined, 'pk_privacy_other_0123456789abcdef')
    expect(other.status).toBe(404)
  })

  it('are in the accounting of disclosures together with what is in the database, each once', async () => {
    const { body } = await stack.officer('/v1/disclosures?user=ann')
    const shown = (body as { disclosures: { entry: string; purpose: string }[] }).disclosures
    expect(shown.map(({ entry, purpose }) => [entry, purpose])).toEqual([
      [cold, 'a look before it is archived'],
      [cold, 'what was asked'],
    ])
  })

  it('are erased with their person: the archived text goes, others stay, and the certificate counts it', async () => {
    missed = await stack.say('cid', 'Annabella Quicksilver called', { headers: {} })
    const id = await stack.erase({ user: 'ann', identifiers: [{ type: 'EMAIL_ADDRESS', value: MAIL }] })
    const view = await stack.awaitState(id, 'completed', 'failed')
    expect(view).toMatchObject({ state: 'completed' })
    expect(view.counts).toMatchObject({ archiveObjects: 1 })
    const archives = view.residue?.find(({ store }) => store === 'archives')
    expect(archives).toMatchObject({ found: 0 })
    expect(archives?.looked).toBeGreaterThan(0)
    const gone = await disclose(cold)
    expect(gone.status).toBe(410)
    expect(gone.body).toMatchObject({ error: { code: 'no_text' } })
    expect((await disclose(beside)).status).toBe(200)
    expect((await stack.officer(`/v1/requests/${cold}`)).body).toMatchObject({ state: 'recorded', archived: true })
    const { certificate } = (await stack.officer(`/v1/erasures/${id}/certificate`)).body as {
      certificate: {
        counts: { archive_objects: number }
        kept_entries: number
        recipients: { provider: string; entries: number }[]
        not_looked_at: string[]
      }
    }
    expect(certificate.counts.archive_objects).toBe(1)
    // The request and its first disclosure are in the archive, the second in the database.
    expect(certificate.kept_entries).toBe(3)
    expect(certificate.recipients).toEqual([expect.objectContaining({ provider: 'simulator', entries: 1 })])
    expect(certificate.not_looked_at.join(' ')).toMatch(/Archived text of other people/)
    expect((await stack.officer(`/v1/requests/${missed}`)).body).toMatchObject({ archived: false })
  })

  it('are gone at the end of their life: 410, with the entry that says so', async () => {
    const steps = createExpireActivities(stack.stores.archiveEnds)
    const periods = await stack.sql`SELECT id FROM archive_period WHERE tenant_id = 'dev'`
    for (const { id } of periods) expect(await runStep(steps.expirePeriod, { period: id })).toBe('expired')
    // What was just read is good for five seconds more.
    await stack.gateway.stop()
    const restarted = await stack.gateway.restart()
    const answers = await Promise.all(
      [`/v1/requests/${beside}`, `/v1/ledger/entries/${beside}/proof`].map((path) =>
        restarted.call(path, { key: 'pk_privacy_test_0123456789abcdef' }),
      ),
    )
    const [entry] = await stack.sql`
      SELECT id FROM ledger_entry WHERE kind = 'archive' AND status = 'expired' AND tenant_id = 'dev' ORDER BY id LIMIT 1`
    for (const answer of answers) {
      expect(answer.status).toBe(410)
      const { error } = (await answer.json()) as { error: { code: string; message: string } }
      expect(error.code).toBe('entry_expired')
      expect(error.message).toContain(String(entry?.id))
    }
    await restarted.stop()
  })
})
