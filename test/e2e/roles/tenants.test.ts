import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awaitEntry } from '../../support/vendor-gateway.ts'
import { type Json, keyOf, ROLES, startTwoTenants, type TwoTenants } from './support.ts'

const NOWHERE = '0190b5a4-0000-7000-8000-000000000000'

describe('two tenants on one gateway', () => {
  let setup: TwoTenants
  const ids = { acme: '', crm: '', globex: '' }
  beforeAll(async () => {
    setup = await startTwoTenants()
    ids.acme = (await setup.say(keyOf('acme', 'app'))).id
    ids.crm = (await setup.say(keyOf('acme', 'crm'))).id
    ids.globex = (await setup.say(keyOf('globex', 'app'))).id
    for (const id of Object.values(ids)) await awaitEntry(setup.sql, id)
  })
  afterAll(() => setup.close())

  const paths = (id: string) => [`/v1/requests/${id}`, `/v1/ledger/entries/${id}/proof`]

  it.each(ROLES)("do not see each other's objects: %s gets the answer of an id that is nowhere", async (role) => {
    for (const [own, foreign] of [
      ['acme', 'globex'],
      ['globex', 'acme'],
    ] as const) {
      const nowhere = paths(NOWHERE)
      for (const [index, path] of paths(ids[foreign]).entries()) {
        const asked = await setup.ask(keyOf(own, role), path)
        expect(asked).toEqual(await setup.ask(keyOf(own, role), nowhere[index] ?? ''))
        expect([403, 404]).toContain(asked.status)
      }
      const disclosed = await setup.ask(keyOf(own, 'privacy'), `/v1/requests/${ids[foreign]}/disclosures`, {
        body: { purpose: 'none of our business' },
      })
      expect(disclosed).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
      const opened = await setup.ask(keyOf(own, 'privacy'), `/v1/ledger/entries/${ids[foreign]}/proof`, {
        body: { purpose: 'none of our business', open: ['prompt'] },
      })
      expect(opened).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
    }
  })

  /** The proof's address waits for the leaf. */
  const settledLeaf = async (tenant: 'acme' | 'globex', id: string) => {
    const proof = await setup.ask(keyOf(tenant, 'auditor'), `/v1/ledger/entries/${id}/proof`)
    expect(proof.status).toBe(200)
  }

  it('each have a log of their own', async () => {
    // An entry is in the log a moment after its record.
    await Promise.all([settledLeaf('acme', ids.acme), settledLeaf('acme', ids.crm), settledLeaf('globex', ids.globex)])
    const entriesOf = async (tenant: 'acme' | 'globex') => {
      const { body } = await setup.ask(keyOf(tenant, 'auditor'), '/v1/ledger/entries?limit=1000')
      return body.entries as Json[]
    }
    const [acme, globex] = await Promise.all([entriesOf('acme'), entriesOf('globex')])
    expect(acme.map(({ id }) => id)).toEqual(expect.arrayContaining([ids.acme, ids.crm]))
    expect(acme.map(({ id }) => id)).not.toContain(ids.globex)
    expect(globex.map(({ id }) => id)).toContain(ids.globex)
    expect(globex.map(({ id }) => id)).not.toContain(ids.acme)
    expect(JSON.stringify(globex)).not.toContain('acme')
    const origins = await Promise.all(
      (['acme', 'globex'] as const).map(
        async (tenant) => (await setup.ask(keyOf(tenant, 'auditor'), '/v1/ledger/checkpoint')).body.origin,
      ),
    )
    expect(new Set(origins).size).toBe(2)
  })

  it('an app sees its own requests only, those who read for a tenant see all', async () => {
    for (const path of paths(ids.crm)) {
      expect((await setup.ask(keyOf('acme', 'crm'), path)).status).toBe(200)
      expect(await setup.ask(keyOf('acme', 'app'), path)).toMatchObject({ status: 404 })
      expect((await setup.ask(keyOf('acme', 'auditor'), path)).status).toBe(200)
    }
  })

  it('the same person is somebody else in each', async () => {
    const subjects =
      await setup.sql`SELECT DISTINCT subject_pseudonym AS subject FROM ledger_entry WHERE id IN ${setup.sql(Object.values(ids))}`
    expect(subjects).toHaveLength(2)
  })

  it('the same idempotency key is another one in each tenant and each app', async () => {
    const headers = { 'Idempotency-Key': 'invoice 4711' }
    const senders = [keyOf('acme', 'app'), keyOf('acme', 'crm'), keyOf('globex', 'app')]
    const answers = await Promise.all(senders.map((key) => setup.say(key, { headers })))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(3)
    expect((await setup.say(senders[0] ?? '', { headers })).id).toBe(answers[0]?.id)
    const other = { headers, body: { seed: 1 } }
    expect((await setup.say(senders[1] ?? '', other)).status).toBe(422)
  })
})
