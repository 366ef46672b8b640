import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest'
import { audited } from '../../../examples/decorators/audited.ts'
import { type PythonEnvironment, preparePython } from '../../support/python/environment.ts'
import { awaitEntry } from '../../support/vendor-gateway.ts'
import { type ExampleSetup, startExampleSetup } from './support.ts'

const FOLDER = fileURLToPath(new URL('../../../examples/decorators', import.meta.url))
const PYTHON = `
import json
from audited import audited

@audited("hr_helpdesk", feature="leave", user=lambda employee, question: employee)
def ask_hr(client, employee, question):
    """Asks the helpdesk."""
    answer = client.chat.completions.create(model="simulated/echo", messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content

@audited("nightly_digest")
def digest(client):
    list(client.chat.completions.create(model="simulated/echo", stream=True, messages=[{"role": "user", "content": "a day"}]))
    return client.chat.completions.create(model="simulated/echo", messages=[{"role": "user", "content": "two"}]).usage.total_tokens > 0

one, two, three = ask_hr("e-1", "I am Ann Lee."), ask_hr("e-2", "Leave?"), digest()
print(json.dumps({"name": ask_hr.__name__, "answers": [one[0], two[0], three[0]], "requests": one[1] + two[1] + three[1]}))
`

describe('the decorator', { timeout: 120_000 }, () => {
  let setup: ExampleSetup
  beforeAll(async () => {
    setup = await startExampleSetup()
    vi.stubEnv('PALIMPSEST_URL', setup.access.url)
    vi.stubEnv('PALIMPSEST_API_KEY', setup.access.appKey)
  }, 120_000)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await setup.close()
  })

  const entriesOf = async (requests: readonly string[]) => {
    const found: { tool: string; feature: string | null; subject: string }[] = []
    for (const id of requests) {
      await awaitEntry(setup.sql, id)
      const [row] =
        await setup.sql`SELECT tool, feature, subject_pseudonym AS subject FROM ledger_entry WHERE id = ${id}`
      found.push(row as (typeof found)[number])
    }
    return found
  }
  const expectEntries = async (requests: readonly string[]) => {
    const [one, two, three, four] = await entriesOf(requests)
    expect([one, two, three, four].map((entry) => [entry?.tool, entry?.feature])).toEqual([
      ['hr_helpdesk', 'leave'],
      ['hr_helpdesk', 'leave'],
      ['nightly_digest', null],
      ['nightly_digest', null],
    ])
    expect(new Set([one?.subject, two?.subject, three?.subject]).size).toBe(3)
    expect(four?.subject).toBe(three?.subject)
  }

  it('in TypeScript puts every call on record under its tool, its feature and its user, streams too', async () => {
    const messages = (content: string) => [{ role: 'user' as const, content }]
    const model = 'simulated/echo'
    const askHr = audited(
      { tool: 'hr_helpdesk', feature: 'leave', user: (employee: string) => employee },
      async (client: OpenAI, _employee: string, question: string) =>
        (await client.chat.completions.create({ model, messages: messages(question) })).choices[0]?.message.content,
    )
    const digest = audited({ tool: 'nightly_digest' }, async (client: OpenAI) => {
      const stream = await client.chat.completions.create({ model, messages: messages('a day'), stream: true })
      for await (const _ of stream);
      return (await client.chat.completions.create({ model, messages: messages('two') })).usage?.total_tokens
    })
    const [one, two, three] = [await askHr('e-1', 'I am Ann Lee.'), await askHr('e-2', 'Leave?'), await digest()]
    expect([one.result, two.result]).toEqual(['I am Ann Lee.', 'Leave?'])
    await expectEntries([...one.requests, ...two.requests, ...three.requests])
  })

  describe('in Python', () => {
    let environment: PythonEnvironment
    beforeAll(async () => {
      environment = await preparePython()
    }, 300_000)
    beforeEach((context: TestContext) => {
      if ('missing' in environment) context.skip(environment.missing)
    })

    it('does the same', async () => {
      const python = 'python' in environment ? environment.python : ''
      const { stdout } = await promisify(execFile)(python, ['-c', PYTHON], {
        env: { ...process.env, PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: '1' },
      })
      const said = JSON.parse(stdout) as { name: string; answers: unknown[]; requests: string[] }
      expect(said).toMatchObject({ name: 'ask_hr', answers: ['I am Ann Lee.', 'Leave?', true] })
      await expectEntries(said.requests)
    })
  })
})
