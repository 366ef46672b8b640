import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DependencyState } from '../../../src/api/deps.ts'
import { startTestGateway, type TestGateway } from '../../support/gateway.ts'

describe('a gateway whose archive store is not fit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-gateway-'))
  let gateway: TestGateway
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'archive'), 'a file where the folder should be')
    gateway = await startTestGateway({ folder })
  })
  afterAll(async () => {
    await gateway.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const ready = async () => {
    const response = await gateway.call('/readyz')
    const { status, dependencies } = (await response.json()) as { status: string; dependencies: DependencyState[] }
    return { code: response.status, status, archive: dependencies.find(({ name }) => name === 'archive') }
  }

  it('serves and stays ready, and says what to do about the store, until it is fit', async () => {
    const fix = expect.stringContaining('docs/operations.md')
    expect(await ready()).toEqual({
      code: 200,
      status: 'ready',
      archive: { name: 'archive', ok: false, optional: true, fix },
    })
    const body = { model: 'simulated/echo', user: 'u-1', messages: [{ role: 'user', content: 'hello' }] }
    expect((await gateway.call('/v1/chat/completions', { body })).status).toBe(200)
    rmSync(join(folder, 'archive'))
    expect(await ready()).toMatchObject({ code: 200, archive: { ok: true } })
  })
})
