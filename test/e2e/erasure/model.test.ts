import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyStack } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

const PERSONS = ['ann', 'ben', 'cleo', 'dan'] as const
type Person = (typeof PERSONS)[number]

/** A hold on the whole tenant, or on the time from now on. */
const WIDE = ['tenant', 'period'] as const
type Wide = (typeof WIDE)[number]

type Act =
  | { kind: 'say'; by: Person; about: readonly Person[] }
  | { kind: 'erase'; who: Person }
  | { kind: 'hold' | 'release'; on: Person | Wide }

/** Holds in force, by user or by what else they are on, and the act in which each was placed. */
type Holds = Map<string, { id: string; act: number }>

/** What should be there of one entry. */
interface Expected {
  by: string
  /** The act in which it was said. */
  act: number
  /** E-mail addresses whose values can still be read. */
  values: Set<string>
  erased: boolean
  cost: string
}

const person = fc.constantFrom(...PERSONS)
const held = fc.oneof({ weight: 3, arbitrary: person }, { weight: 1, arbitrary: fc.constantFrom(...WIDE) })
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('say' as const), by: person, about: fc.subarray([...PERSONS]) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('erase' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), on: held }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), on: held }) },
)

describe('any traffic with any erasures and holds', { timeout: 300_000 }, () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack()
  })
  afterAll(() => stack.close())

  it('leaves what a simple model says: of each entry its cost, whether it is erased, and which values can be read', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 12, maxLength: 16 }), async (acts) => {
        round += 1
        const { entries, subjectOf } = await play(stack, acts, `r${round}`)
        for (const [id, expected] of entries) expect([id, await found(stack, id)]).toEqual([id, stateOf(expected)])
        const result = await verifyStack(stack)
        expect(result.problems).toEqual([])
        const erased = await stack.sql`
          SELECT DISTINCT e.subject_pseudonym AS pseudonym FROM ledger_entry e
          JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
          WHERE s.erased_at IS NOT NULL AND e.id = ANY(${[...entries.keys()]}::uuid[])`
        const expectedErased = [...entries].filter(([, { erased: is }]) => is).map(([id]) => subjectOf.get(id))
        expect(new Set(erased.map(({ pseudonym }) => pseudonym))).toEqual(new Set(expectedErased))
      }),
      // Each run is a dozen workflows over a real stack; nothing is made smaller, because that would run for an hour.
      { numRuns: 3, endOnFailure: true },
    )
  })
})

/** Does the acts one after the other, each by name in a world of its own; gives what the model expects of each entry. */
async function play(stack: ErasureStack, acts: readonly Act[], world: string) {
  const entries = new Map<string, Expected>()
  const subjectOf = new Map<string, string>()
  const holds: Holds = new Map()
  const user = (name: Person) => `${world}-${name}-user`
  const email = (name: Person) => `${name}@${world}.example.com`
  const release = async (on: string, { id }: { id: string }) => {
    const { status } = await stack.gateway.call(`/v1/holds/${id}`, { method: 'DELETE', key: TEST_KEYS.privacy })
    expect(status).toBe(200)
    holds.delete(on)
  }
  for (const [act, one] of acts.entries()) {
    if (one.kind === 'say') {
      const about = one.about.filter((name) => name !== one.by)
      const id = await stack.say(user(one.by), `From ${email(one.by)} about ${about.map(email).join(' and ')}`)
      const row = await envelopeOf(stack, id)
      subjectOf.set(id, row.subject_pseudonym)
      const values = new Set([one.by, ...about].map(email))
      entries.set(id, { by: user(one.by), act, values, erased: false, cost: row.cost })
    } else if (one.kind === 'erase') {
      await erase(stack, { user: user(one.who), email: email(one.who) }, entries, holds)
    } else {
      const on = isWide(one.on) ? one.on : user(one.on)
      const standing = holds.get(on)
      if (one.kind === 'release' && standing) await release(on, standing)
      if (one.kind === 'hold' && !standing) holds.set(on, { id: await placeHold(stack, on), act })
    }
  }
  // The tenant is the same in every world.
  for (const on of WIDE) {
    const standing = holds.get(on)
    if (standing) await release(on, standing)
  }
  return { entries, subjectOf }
}

function isWide(on: string): on is Wide {
  return (WIDE as readonly string[]).includes(on)
}

async function placeHold(stack: ErasureStack, on: string): Promise<string> {
  const from = new Date().toISOString()
  const to = new Date(Date.now() + 86_400_000).toISOString()
  const scope = on === 'tenant' ? { tenant: true } : on === 'period' ? { from, to } : { user: on }
  const { status, body } = await stack.officer('/v1/holds', { ...scope, reason: 'a case before a court' })
  expect(status, JSON.stringify(body)).toBe(201)
  return (body as { id: string }).id
}

async function erase(
  stack: ErasureStack,
  who: { user: string; email: string },
  entries: Map<string, Expected>,
  holds: Holds,
): Promise<void> {
  const alive = [...entries.values()].filter(({ erased }) => !erased)
  const touched = alive.filter(({ by, values }) => by !== who.user && values.has(who.email))
  const period = holds.get('period')
  const inPeriod = [...touched, ...alive.filter(({ by }) => by === who.user)].some(
    ({ act }) => period && act > period.act,
  )
  const isHeld = holds.has('tenant') || holds.has(who.user) || inPeriod || touched.some(({ by }) => holds.has(by))
  const id = await stack.erase({ user: who.user, identifiers: [{ type: 'EMAIL_ADDRESS', value: who.email }] })
  const view = await stack.awaitState(id, 'completed', 'failed', 'refused')
  expect([view.state, view.error_code]).toEqual(isHeld ? ['refused', 'legal_hold'] : ['completed', null])
  if (isHeld) return
  expect((view.residue ?? []).filter(({ found: left }) => left > 0)).toEqual([])
  for (const entry of alive) {
    if (entry.by === who.user) entry.erased = true
    else entry.values.delete(who.email)
  }
}

const stateOf = ({ values, erased, cost }: Expected) =>
  erased ? { cost, erased, values: null } : { cost, erased, values: [...values].sort() }

/** What the view and the officer are shown of an entry. */
async function found(stack: ErasureStack, id: string) {
  const row = await envelopeOf(stack, id)
  const { status, body } = await stack.officer(`/v1/requests/${id}/disclosures`, { purpose: 'a test of what is left' })
  const erased = row.full_prompt_text === '[DATA ERASED PER GDPR ARTICLE 17]'
  expect([status, row.user_id === null]).toEqual(erased ? [410, true] : [200, false])
  const values = erased ? null : (body as { values: { value: string }[] }).values.map(({ value }) => value).sort()
  return { cost: row.cost, erased, values }
}

async function envelopeOf(stack: ErasureStack, id: string) {
  const [row] = await stack.sql<
    { cost: string; user_id: string | null; full_prompt_text: string | null; subject_pseudonym: string }[]
  >`
    SELECT v.total_cost::text AS cost, v.user_id, v.full_prompt_text, e.subject_pseudonym
    FROM llm_interaction_audit v JOIN ledger_entry e USING (id) WHERE id = ${id}`
  if (row === undefined) throw new Error('the entry is not in the view')
  return row
}
