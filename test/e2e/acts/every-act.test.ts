import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Acts, type Answer, SECOND_OFFICER, startActs, writingOperations } from './support.ts'

/** What is prepared for an act, and then the act itself. */
type Act = (setup: Acts) => Promise<() => Promise<Answer>>

interface Recorded {
  /** Kind and status of the entry that says that it was done. */
  entry: string
  by: string
  act: Act
}

const period = { from: '2020-01-01', to: '2020-01-31' }
const purpose = 'a complaint of the person'
const newKey = (setup: Acts) => setup.done('admin', 'POST /v1/keys', { roles: ['app'] })
const newHold = (setup: Acts) => setup.done('privacy', 'POST /v1/holds', { ...period, reason: 'an audit' })
const newConsent = (setup: Acts) => setup.done('app', 'POST /v1/consents', { user: 'ann', tools: ['coach'] })
const policyVersion = async (setup: Acts) => String((await setup.done('admin', 'GET /v1/policy')).version)
const at = (operation: string, id: string) => operation.replace('{id}', id)

const sendPolicy = (setup: Acts, tokens: number, version: string) =>
  setup.ask('admin', 'PUT /v1/policy', { region: 'us', limits: { tokens_per_minute: tokens } }, { 'if-match': version })

/** What takes effect with its entry, in one transaction, or shows and does something only once its entry is durable. */
const BOUND: Record<string, Recorded> = {
  'POST /v1/archives/runs': {
    ...{ entry: 'administration/archive_run_asked', by: 'test-admin' },
    act: async (setup) => () => setup.ask('admin', 'POST /v1/archives/runs'),
  },
  'POST /v1/archives/lifecycle': {
    ...{ entry: 'administration/archive_rules_asked', by: 'test-admin' },
    act: async (setup) => () => setup.ask('admin', 'POST /v1/archives/lifecycle'),
  },
  'POST /v1/keys': {
    ...{ entry: 'administration/api_key_created', by: 'test-admin' },
    act: async (setup) => () => setup.ask('admin', 'POST /v1/keys', { roles: ['app'] }),
  },
  'POST /v1/keys/{id}/rotation': {
    ...{ entry: 'administration/api_key_rotated', by: 'test-admin' },
    act: async (setup) => {
      const { id } = await newKey(setup)
      return () => setup.ask('admin', at('POST /v1/keys/{id}/rotation', id))
    },
  },
  'DELETE /v1/keys/{id}': {
    ...{ entry: 'administration/api_key_revoked', by: 'test-admin' },
    act: async (setup) => {
      const { id } = await newKey(setup)
      return () => setup.ask('admin', at('DELETE /v1/keys/{id}', id))
    },
  },
  'PUT /v1/policy': {
    ...{ entry: 'policy/in_force', by: 'test-admin' },
    act: async (setup) => {
      const version = await policyVersion(setup)
      return () => sendPolicy(setup, 1_000_000_000, version)
    },
  },
  'DELETE /v1/policy': {
    ...{ entry: 'policy/in_force', by: 'test-admin' },
    act: async (setup) => {
      await sendPolicy(setup, 2_000_000_000, await policyVersion(setup))
      const version = await policyVersion(setup)
      return () => setup.ask('admin', 'DELETE /v1/policy', undefined, { 'if-match': version })
    },
  },
  'POST /v1/consents': {
    ...{ entry: 'administration/consent_given', by: 'test-app' },
    act: async (setup) => () => setup.ask('app', 'POST /v1/consents', { user: 'ann', tools: ['coach'] }),
  },
  'DELETE /v1/consents/{id}': {
    ...{ entry: 'administration/consent_withdrawn', by: 'test-app' },
    act: async (setup) => {
      const { id } = await newConsent(setup)
      return () => setup.ask('app', at('DELETE /v1/consents/{id}', id))
    },
  },
  'POST /v1/holds': {
    ...{ entry: 'hold/placed', by: 'test-privacy' },
    act: async (setup) => () => setup.ask('privacy', 'POST /v1/holds', { ...period, reason: 'an audit' }),
  },
  'DELETE /v1/holds/{id}': {
    ...{ entry: 'hold/released', by: 'test-privacy' },
    act: async (setup) => {
      const { id } = await newHold(setup)
      return () => setup.ask('privacy', at('DELETE /v1/holds/{id}', id))
    },
  },
  'POST /v1/requests/{id}/disclosures': {
    ...{ entry: 'disclosure/disclosed', by: 'test-privacy' },
    act: async (setup) => {
      const id = await setup.aCall()
      return () => setup.ask('privacy', at('POST /v1/requests/{id}/disclosures', id), { purpose })
    },
  },
  'POST /v1/ledger/entries/{id}/proof': {
    ...{ entry: 'disclosure/disclosed', by: 'test-privacy' },
    act: async (setup) => {
      const id = await setup.aCall()
      await setup.done('privacy', at('GET /v1/ledger/entries/{id}/proof', id))
      return () => setup.ask('privacy', at('POST /v1/ledger/entries/{id}/proof', id), { purpose, open: ['response'] })
    },
  },
  'POST /v1/costs/reconciliation': {
    ...{ entry: 'report/reconciliation', by: 'test-admin' },
    act: async (setup) => {
      const line = '2020-01-01,1,gpt-4o,6,3,2'
      const head = 'start_time_iso,num_model_requests,model,input_tokens,output_tokens,input_cached_tokens'
      const body = { provider: 'openai', ...period, invoices: [`${head}\n${line}`] }
      return () => setup.ask('admin', 'POST /v1/costs/reconciliation', body)
    },
  },
  'POST /v1/benchmarks': {
    ...{ entry: 'report/benchmark', by: 'test-admin' },
    act: async (setup) => {
      const id = await setup.aCall()
      const answers = [{ item: 0, verdict: 'correct', requests: [id] }]
      const set = { sha256: 'a'.repeat(64), items: 1 }
      const body = { run: crypto.randomUUID(), set, tool: 'default', models: [{ model: 'gpt-4o', answers }] }
      return () => setup.ask('admin', 'POST /v1/benchmarks', body)
    },
  },
}

/** What a workflow does: the entry is there before anything is gone, or can be read. */
const BY_WORKFLOWS: Record<string, Recorded> = {
  'POST /v1/subjects/export': {
    ...{ entry: 'disclosure/exported', by: 'test-privacy' },
    act: async (setup) => {
      await setup.aCall()
      return () => setup.ask('privacy', 'POST /v1/subjects/export', { user: 'ann' })
    },
  },
  'POST /v1/reports': {
    ...{ entry: 'report/completed', by: 'test-admin' },
    act: async (setup) => () => setup.ask('admin', 'POST /v1/reports', { kind: 'erasures', ...period }),
  },
  'POST /v1/erasures/{id}/approval': {
    ...{ entry: 'erasure/approved', by: 'second-privacy' },
    act: async (setup) => {
      const id = await waitingErasure(setup, 'ben')
      return () => setup.ask(SECOND_OFFICER, at('POST /v1/erasures/{id}/approval', id), { decision: 'approve' })
    },
  },
  'POST /v1/erasures': {
    ...{ entry: 'erasure/requested', by: 'test-privacy' },
    act: async (setup) => async () => {
      const id = await waitingErasure(setup, 'carl')
      return setup.ask(SECOND_OFFICER, at('POST /v1/erasures/{id}/approval', id), { decision: 'approve' })
    },
  },
}

/** What changes nothing that is administered, and why it has no entry of its own kind. */
const NO_ACTS: Record<string, string> = {
  'POST /v1/chat/completions': 'a call, which is an entry of kind interaction or refusal',
  'POST /analyze': 'answers and keeps nothing',
  'POST /v1/policy/diff': 'compares',
  'POST /v1/policy/dry-run': 'says what would happen',
  'POST /v1/sql/run': 'a question of an app, recorded as one',
  'POST /v1/sql/ask': 'a question of an app, recorded as one',
  'POST /v1/erasures/references': 'does nothing until its workflow is started, which is recorded',
  'POST /auth/logout': 'an entry as well, which needs an identity provider: people.test.ts holds it',
}

async function waitingErasure(setup: Acts, user: string): Promise<string> {
  const { id } = await setup.done('privacy', 'POST /v1/erasures', { user, reason: 'the person asked' })
  const state = async () => (await setup.done('privacy', `GET /v1/erasures/${id}`)).state
  await expect.poll(state, { timeout: 20_000, interval: 50 }).toBe('awaiting_approval')
  return id
}

describe('every administrative act', { timeout: 120_000 }, () => {
  let setup: Acts
  beforeAll(async () => {
    setup = await startActs()
  }, 120_000)
  afterAll(() => setup?.close())

  const entriesOf = async () => {
    const rows = await setup.sql`
      SELECT id, kind || '/' || status AS entry, api_key_id AS by FROM ledger_entry WHERE kind <> 'interaction' ORDER BY id`
    return rows.map((row) => ({ ...row })) as { id: string; entry: string; by: string | null }[]
  }
  /** The same, when what acts before have begun has written its entries: for a second none came. */
  const settledEntries = async () => {
    for (let entries = await entriesOf(); ; ) {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const later = await entriesOf()
      if (later.length === entries.length) return later
      entries = later
    }
  }
  /** What the acts' own tables hold. */
  const effects = async () => {
    const tables = await followingTables()
    const [row] = await setup.sql.unsafe(
      `SELECT ${tables.map((table) => `(SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM ${table} t) AS ${table}`).join(', ')}`,
    )
    return { ...row }
  }
  /** The tables that triggers of the ledger write, by what their functions say. */
  const followingTables = async (): Promise<string[]> => {
    const rows = await setup.sql`
      SELECT DISTINCT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = 'ledger_entry'::regclass AND NOT t.tgisinternal AND p.proname LIKE '%follow' AND p.proname NOT LIKE 'budget%'`
    const named = rows.flatMap(({ prosrc }) => [...prosrc.matchAll(/(?:INSERT INTO|\bUPDATE|DELETE FROM) (\w+)/g)])
    return [...new Set(named.flatMap(([, table]) => (table && table !== 'SET' ? [table] : [])))].sort()
  }

  it('is known to this test, or known to be none', () => {
    const known = Object.keys({ ...BOUND, ...BY_WORKFLOWS, ...NO_ACTS })
    expect(known.sort()).toEqual(writingOperations().sort())
  })

  describe('while the ledger takes no entry of one', () => {
    it.each(Object.entries(BOUND))('has no effect: %s', async (operation, { act }) => {
      const doIt = await act(setup)
      // Those that follow may see one that goes on.
      const lastRun = async () => operation.endsWith('/runs') && setup.ask('admin', 'GET /v1/archives/runs/last')
      const policy = () => setup.ask('admin', 'GET /v1/policy')
      const before = [await effects(), await lastRun(), await policy()]
      await setup.sql`ALTER TABLE ledger_entry ADD CONSTRAINT test_none CHECK (kind = 'interaction') NOT VALID`
      try {
        const { status, body } = await doIt()
        expect([status >= 500, Object.keys(body)], JSON.stringify(body)).toEqual([true, ['error']])
        expect([await effects(), await lastRun(), await policy()]).toEqual(before)
      } finally {
        await setup.sql`ALTER TABLE ledger_entry DROP CONSTRAINT test_none`
      }
      expect((await doIt()).status).toBeLessThan(300)
    })
  })

  it.each(Object.entries({ ...BOUND, ...BY_WORKFLOWS }))(
    'is one entry by who did it: %s',
    async (operation, { act, entry, by }) => {
      const doIt = await act(setup)
      const before = new Set((await (operation in BY_WORKFLOWS ? settledEntries() : entriesOf())).map(({ id }) => id))
      const { status, body } = await doIt()
      expect(status, JSON.stringify(body)).toBeLessThan(300)
      const made = async () => (await entriesOf()).filter((one) => !before.has(one.id) && one.entry === entry)
      await expect.poll(async () => (await made()).length, { timeout: 60_000, interval: 50 }).toBe(1)
      expect(await made()).toMatchObject([{ by }])
    },
  )

  it('has an effect in tables that nobody but the ledger writes: neither the login nor work for all tenants may', async () => {
    const tables = await followingTables()
    expect(tables).toEqual(
      expect.arrayContaining(['api_key', 'benchmark', 'consent', 'legal_hold', 'person_session', 'tenant_policy']),
    )
    for (const table of tables) {
      for (const role of ['palimpsest_app', 'palimpsest_service']) {
        const [may] = await setup.sql`
          SELECT has_table_privilege(${role}, ${table}, 'INSERT') OR has_any_column_privilege(${role}, ${table}, 'INSERT') AS insert,
            has_any_column_privilege(${role}, ${table}, 'UPDATE') AS update`
        expect({ table, role, ...may }).toEqual({ table, role, insert: false, update: false })
      }
    }
  })

  it('of somebody without the role leaves neither an entry nor an effect', async () => {
    const before = [await effects(), (await entriesOf()).length]
    for (const operation of Object.keys(BOUND)) {
      const key = operation.includes('consents') ? 'admin' : 'app'
      const path = operation.replace('{id}', '0190b5a4-0000-7000-8000-000000000000')
      expect([operation, (await setup.ask(key, path)).status]).toEqual([operation, 403])
    }
    expect([await effects(), (await entriesOf()).length]).toEqual(before)
  })
})
