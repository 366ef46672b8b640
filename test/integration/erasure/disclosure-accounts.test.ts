import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../support/erasure/account.ts'
import { type ErasureStack, SECOND_OFFICER, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'

describe('the accounting of disclosures', () => {
  let stack: ErasureStack
  beforeAll(async () => {
    stack = await startErasureStack()
  })
  afterAll(() => stack.close())

  const account = async (query: string) => {
    const answer = await stack.officer(`/v1/disclosures${query}`)
    return { ...answer, body: answer.body as Account }
  }

  it('says of a person who was shown what, when and why, page by page, and of nobody else', async () => {
    const ids = [await stack.say('olga', 'one'), await stack.say('olga', 'two'), await stack.say('nils', 'three')]
    const disclose = async (id: string | undefined, purpose: string, key = TEST_KEYS.privacy) => {
      const { status } = await stack.officer(`/v1/requests/${id}/disclosures`, { purpose }, key)
      expect(status).toBe(200)
    }
    await disclose(ids[0], 'a complaint of Olga “O.” Łuk')
    await disclose(ids[2], 'not about her')
    const from = new Date().toISOString()
    await disclose(ids[1], 'a second look', SECOND_OFFICER)
    const opened = await stack.gateway.call(`/v1/ledger/entries/${ids[0]}/proof`, {
      key: TEST_KEYS.privacy,
      body: { purpose: 'evidence', open: ['prompt'] },
    })
    expect(opened.status).toBe(200)
    const { disclosures } = (await account('?user=olga')).body
    expect(disclosures.slice(0, 2)).toMatchObject([
      {
        entry: ids[0],
        shown: 'text',
        purpose: 'a complaint of Olga “O.” Łuk',
        recipient: { key: 'test-privacy', app: expect.any(String) },
      },
      { entry: ids[1], shown: 'text', purpose: 'a second look', recipient: { key: 'test-privacy-2' } },
    ])
    expect(disclosures.slice(2)).toMatchObject([{ entry: ids[0], shown: 'openings', openings: ['prompt'] }])
    const first = await account('?user=olga&limit=1')
    expect(first.body.disclosures).toHaveLength(1)
    const rest = await account(`?user=olga&after=${first.body.next_after}`)
    expect([...first.body.disclosures, ...rest.body.disclosures]).toEqual(disclosures)
    const since = await account(`?user=olga&from=${encodeURIComponent(from)}`)
    expect(since.body.disclosures).toEqual(disclosures.slice(1))
    expect((await account(`?user=olga&to=${encodeURIComponent(from)}`)).body.disclosures).toEqual(
      disclosures.slice(0, 1),
    )
  })

  it('of somebody whom nobody knows is the answer for one of whom nothing was shown', async () => {
    await stack.say('mara', 'hello')
    const known = await account('?user=mara')
    expect(known.body).toEqual({ disclosures: [], next_after: null })
    expect((await account('?user=nobody')).body).toEqual(known.body)
    expect(await stack.stores.subjects.find('dev', 'user:nobody')).toBeUndefined()
  })

  it.each([
    '',
    '?user=',
    '?user=a&subject=sub_x',
    '?subject=a',
    '?user=a&limit=0',
    '?user=a&after=b',
    '?user=a&from=today',
  ])('is not given for %j', async (query) => {
    const { status, body } = await account(query)
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toMatch(/invalid_(subject|parameter)/)
  })

  it('leaves the user id that was asked for in no log line', async () => {
    await account('?user=quillfeather')
    expect(stack.gateway.logLines.join('\n')).not.toContain('quillfeather')
  })
})
