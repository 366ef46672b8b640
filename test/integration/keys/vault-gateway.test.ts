import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { TenantRotation } from '../../../activities/keys/types.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { startVaultDouble, type VaultDouble } from '../../support/kms/vault.ts'
import { until } from './support.ts'

describe('a gateway whose keys are in Vault', () => {
  let vault: VaultDouble
  let gateway: TestGateway
  let connection: Connection
  let keystore: postgres.Sql

  beforeAll(async () => {
    vault = await startVaultDouble()
    const env = {
      PALIMPSEST_KMS: 'vault',
      VAULT_ADDR: vault.url,
      VAULT_ROLE_ID: vault.roleId,
      VAULT_SECRET_ID: vault.secretId,
    }
    gateway = await startTestGateway({ env })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    keystore = postgres(gateway.databases.keystoreAdmin, { max: 1, onnotice: () => undefined })
  })

  afterAll(async () => {
    await keystore.end()
    await connection.close()
    await gateway.remove()
    await vault.stop()
  })

  const chat = (user: string) =>
    gateway.call('/v1/chat/completions', {
      headers: { 'x-tool-name': 'hr_helpdesk' },
      body: { model: 'simulated/echo', user, messages: [{ role: 'user', content: 'write to ann.lee@example.com' }] },
    })
  const idOf = (response: Response) => response.headers.get('x-palimpsest-request-id') ?? ''
  const hasProof = async (id: string) =>
    (await gateway.call(`/v1/ledger/entries/${id}/proof`, { key: TEST_KEYS.auditor })).status === 200
  const dependencies = async () => {
    const body = (await (await gateway.call('/readyz')).json()) as { dependencies: { name: string; ok: boolean }[] }
    return body.dependencies.filter(({ ok }) => !ok).map(({ name }) => name)
  }
  const rotate = (): Promise<TenantRotation[]> =>
    new Client({ connection }).workflow.execute('rotateKeys', {
      taskQueue: gateway.taskQueue,
      workflowId: `${gateway.taskQueue}/rotateKeys/${Date.now()}`,
      args: [{ openNow: true, destroyNow: true }],
    })

  it('answers, records and proves with them', async () => {
    const answer = await chat('u-1')
    expect(answer.status).toBe(200)
    await until(() => hasProof(idOf(answer)))
    expect(await dependencies()).toEqual([])
    expect(vault.asked.some((asked) => /^POST transit\/sign\/palimpsest-log-/.test(asked))).toBe(true)
    expect(vault.asked.some((asked) => /^POST transit\/encrypt\/palimpsest-[0-9a-f]/.test(asked))).toBe(true)
  })

  it('says that they are away, answers who is known, and gives all of it its leaf when they are back', async () => {
    await chat('u-2')
    vault.seal(true)
    expect(await dependencies()).toEqual(['kms', 'log keys'])
    const known = await chat('u-2')
    expect(known.status).toBe(200)
    const unknown = await chat('u-never-seen')
    expect(unknown.status).toBe(503)
    const proof = await gateway.call(`/v1/ledger/entries/${idOf(known)}/proof`, { key: TEST_KEYS.auditor })
    expect(proof.status).toBe(202)
    vault.seal(false)
    await until(() => hasProof(idOf(known)))
    await until(async () => (await chat('u-never-seen')).status === 200)
    expect(await dependencies()).toEqual([])
  })

  it('has its epochs rotated by a workflow, and reads on', async () => {
    const before = await keystore`SELECT DISTINCT epoch FROM keystore.data_key WHERE state = 'active'`
    expect(before).toEqual([{ epoch: 1 }])
    const [rotated] = await rotate()
    expect(rotated).toMatchObject({ epoch: 2, opened: true, lost: 0, destroyed: [1], blocked: [] })
    expect(rotated?.moved).toBeGreaterThan(2)
    const after = await keystore`SELECT DISTINCT epoch FROM keystore.data_key WHERE state = 'active'`
    expect(after).toEqual([{ epoch: 2 }])
    gateway = await gateway.restart()
    expect((await chat('u-1')).status).toBe(200)
  })
})
