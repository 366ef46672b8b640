import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyStack } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

const PERSONS = ['ann', 'ben', 'cleo', 'dan'] as const
type Person = (typeof PERSONS)[number]

type Act =
  | { kind: 'say'; by: Person; about: readonly Person[] }
  | { kind: 'erase'; who: Person }
  | { kind: 'hold'; who: Person }
  | { kind: 'release'; who: Person }

/** What should be there of one entry. */
interface Expected {
  by: string
  /** E-mail addresses whose values can still be read. */
  values: Set<string>
  erased: boolean
  cost: string
}

const person = fc.constantFrom(...PERSONS)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('say' as const), by: person, about: fc.subarray([...PERSONS]) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('erase' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), who: person }) },
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
  const holds = new Map<string, string>()
  const user = (name: Person) => `${world}-${name}-user`
  const email = (name: Person) => `${name}@${world}.example.com`
  for (const one of acts) {
    if (one.kind === 'say') {
      const about = one.about.filter((name) => name !== one.by)
      const id = await stack.say(user(one.by), `From ${email(one.by)} about ${about.map(email).join(' and ')}`)
      const row = await envelopeOf(stack, id)
      subjectOf.set(id, row.subject_pseudonym)
      const values = new Set([one.by, ...about].map(email))
      entries.set(id, { by: user(one.by), values, erased: false, cost: row.cost })
    } else if (one.kind === 'hold') {
      if (holds.has(user(one.who))) continue
      const { status, body } = await stack.officer('/v1/holds', {
        user: user(one.who),
        reason: 'a case before a court',
      })
      expect(status).toBe(201)
      holds.set(user(one.who), (body as { id: string }).id)
    } else if (one.kind === 'release') {
      const id = holds.get(user(one.who))
      if (id === undefined) continue
      expect((await stack.gateway.call(`/v1/holds/${id}`, { method: 'DELETE', key: TEST_KEYS.privacy })).status).toBe(
        200,
      )
      holds.delete(user(one.who))
    } else await erase(stack, { user: user(one.who), email: email(one.who) }, entries, holds)
  }
  return { entries, subjectOf }
}

async function erase(
  stack: ErasureStack,
  who: { user: string; email: string },
  entries: Map<string, Expected>,
  holds: ReadonlyMap<string, string>,
): Promise<void> {
  const alive = [...entries.values()].filter(({ erased }) => !erased)
  const isHeld =
    holds.has(who.user) || alive.some(({ by, values }) => by !== who.user && holds.has(by) && values.has(who.email))
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
