import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { TenantRotation } from '../../../activities/keys/types.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { startAwsKmsDouble } from '../../support/kms/aws.ts'
import { startVaultDouble } from '../../support/kms/vault.ts'
import { until } from './support.ts'

interface Service {
  env: Record<string, string>
  /** What it was asked for, and what of it is a signature and a key that was wrapped. */
  asked: readonly string[]
  signing: RegExp
  wrapping: RegExp
  away(away: boolean): Promise<unknown>
  stop(): Promise<unknown>
}

async function startVault(): Promise<Service> {
  const vault = await startVaultDouble()
  return {
    env: {
      PALIMPSEST_KMS: 'vault',
      VAULT_ADDR: vault.url,
      VAULT_ROLE_ID: vault.roleId,
      VAULT_SECRET_ID: vault.secretId,
    },
    asked: vault.asked,
    signing: /^POST transit\/sign\/palimpsest-log-/,
    wrapping: /^POST transit\/encrypt\/palimpsest-[0-9a-f]/,
    away: async (away) => vault.seal(away),
    stop: () => vault.stop(),
  }
}

async function startAws(): Promise<Service> {
  const aws = await startAwsKmsDouble()
  // The SDK finds credentials by itself.
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  return {
    env: { PALIMPSEST_KMS: 'aws', AWS_KMS_ENDPOINT: aws.url, AWS_KMS_REGION: 'eu-central-1' },
    asked: aws.asked,
    signing: /^Sign$/,
    wrapping: /^GenerateDataKey$/,
    away: (away) => (away ? aws.stop() : aws.start()),
    async stop() {
      vi.unstubAllEnvs()
      await aws.stop()
    },
  }
}

describe.each([
  ['Vault', startVault],
  ['AWS KMS', startAws],
])('a gateway whose keys are in %s', (_name, start) => {
  let service: Service
  let gateway: TestGateway
  let connection: Connection
  let keystore: postgres.Sql

  beforeAll(async () => {
    service = await start()
    gateway = await startTestGateway({ env: service.env })
    connection = await Connection.connect({ address: inject('stack').temporalAddress })
    keystore = postgres(gateway.databases.keystoreAdmin, { max: 1, onnotice: () => undefined })
  })

  afterAll(async () => {
    await keystore.end()
    await connection.close()
    await gateway.remove()
    await service.stop()
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
    for (const kind of [service.signing, service.wrapping]) {
      expect(service.asked.some((asked) => kind.test(asked))).toBe(true)
    }
  })

  it('says that they are away, answers who is known, and gives all of it its leaf when they are back', async () => {
    await chat('u-2')
    await service.away(true)
    expect(await dependencies()).toEqual(['kms', 'log keys'])
    const known = await chat('u-2')
    expect(known.status).toBe(200)
    const unknown = await chat('u-never-seen')
    expect(unknown.status).toBe(503)
    const proof = await gateway.call(`/v1/ledger/entries/${idOf(known)}/proof`, { key: TEST_KEYS.auditor })
    expect(proof.status).toBe(202)
    await service.away(false)
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

  it('erases a person, whose certificate says until when an old backup of the keystore opens', async () => {
    const officer = (path: string, body?: object) =>
      gateway.call(path, { key: TEST_KEYS.privacy, ...(body && { body }) }).then((answer) => answer.json())
    const { id } = (await officer('/v1/erasures', { user: 'u-1' })) as { id: string }
    let view: { state?: string } = {}
    await until(async () => {
      view = (await officer(`/v1/erasures/${id}`)) as typeof view
      return ['completed', 'failed'].includes(view.state ?? '')
    })
    expect(view).toMatchObject({ state: 'completed', counts: { keys: 1 }, found: true })
    const { certificate } = (await officer(`/v1/erasures/${id}/certificate`)) as {
      certificate: { backups: { keystore_epochs: { epoch: number; state: string }[] } }
    }
    expect(certificate.backups.keystore_epochs).toEqual(
      expect.arrayContaining([expect.objectContaining({ epoch: 2, state: 'active' })]),
    )
  })
})
