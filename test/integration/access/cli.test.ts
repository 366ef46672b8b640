import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/keys.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { expectError } from '../../support/vendor-gateway.ts'

describe('palimpsest keys', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway()
  })
  afterAll(() => gateway.remove())

  async function keys(...args: string[]): Promise<{ code: number; out: string[]; told: string[] }> {
    const [out, told]: string[][] = [[], []]
    const io = {
      env: { PALIMPSEST_API_KEY: TEST_KEYS.admin },
      write: (line: string) => out?.push(line),
      warn: (line: string) => told?.push(line),
    }
    const code = await run([...args, '--url', gateway.url], io as Parameters<typeof run>[1])
    return { code, out: out ?? [], told: told ?? [] }
  }
  const json = async (...args: string[]) => {
    const { code, out } = await keys(...args, '--json')
    expect(code).toBe(0)
    return JSON.parse(out.join('\n'))
  }

  it('makes a key that holds, lists it, rotates it and revokes it', async () => {
    const limits = ['--requests-per-minute', '90', '--tokens-per-minute', '1000']
    const made = await json(
      'create',
      '--role',
      'app',
      '--role',
      'auditor',
      '--app',
      'crm',
      '--tool',
      'crm_*',
      ...limits,
    )
    expect(made).toMatchObject({
      roles: ['app', 'auditor'],
      app: 'crm',
      tools: ['crm_*'],
      models: null,
      limits: { requests_per_minute: 90, tokens_per_minute: 1000 },
    })
    expect((await gateway.call('/v1/models', { key: made.key })).status).toBe(200)
    const next = await json('rotate', made.id, '--overlap-seconds', '60')
    expect(next).toMatchObject({ replaces: made.id, app: 'crm' })
    const { keys: listed, configured } = await json('list')
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([next.id, made.id])
    expect(configured).toHaveLength(4)
    expect(await json('revoke', next.id)).toMatchObject({ id: next.id, state: 'revoked' })
    await expectError(await gateway.call('/v1/models', { key: next.key }), 401, 'key_revoked')
    expect((await json('list', '--in-force')).keys).toMatchObject([{ id: made.id }])
  })

  it('prints a key once, on a line of its own', async () => {
    const { code, out } = await keys('create', '--role', 'app', '--expires-at', '2999-01-01T00:00:00Z')
    expect(code).toBe(0)
    expect(out.at(-1)).toMatch(/^plk_[0-9A-Za-z]{49}$/)
    expect((await keys('list')).out.join()).not.toContain(out.at(-1))
  })

  it('says 1 of a key that cannot be changed, and 2 of what was not done', async () => {
    expect(await keys('revoke', 'dev-app')).toMatchObject({
      code: 1,
      told: [expect.stringContaining('key_in_configuration')],
    })
    expect((await keys('revoke', '0190b5a4-0000-7000-8000-000000000000')).code).toBe(2)
    expect((await keys('create', '--role', 'root')).code).toBe(2)
    expect((await keys('rotate', 'dev-app', '--overlap-seconds', 'soon')).code).toBe(1)
    for (const args of [[], ['create'], ['rotate'], ['revoke', 'a/b'], ['list', 'x'], ['create', '--colour', 'red']]) {
      const { code, told } = await keys(...args)
      expect(code, args.join(' ')).toBe(2)
      expect(told.join()).toContain('palimpsest keys create')
    }
  })

  it('shows how keys are made to whoever asks for help or names no verb of theirs', () => {
    const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url))
    const run = (...args: string[]) => spawnSync(process.execPath, [cli, 'keys', ...args], { encoding: 'utf8' })
    const help = run('--help')
    expect(help.stdout).toContain('palimpsest keys create')
    expect(help.status).toBe(0)
    const unknown = run('make')
    expect(unknown.stderr).toContain('palimpsest keys create')
    expect(unknown.status).toBe(2)
  })
})
