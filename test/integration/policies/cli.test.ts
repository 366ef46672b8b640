import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/policy.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

let gateway: TestGateway
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-policy-'))
beforeAll(async () => {
  gateway = await startTestGateway()
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await gateway?.remove()
})

async function palimpsest(...args: string[]) {
  const [out, warned]: [string[], string[]] = [[], []]
  const env = { PALIMPSEST_API_KEY: TEST_KEYS.admin, PALIMPSEST_HOME: folder }
  const io = { env, write: (line: string) => out.push(line), warn: (line: string) => warned.push(line) }
  const code = await run([...args, '--url', gateway.url], io)
  return { code, out: out.join('\n'), warned: warned.join('\n') }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('palimpsest policy', { timeout: 60_000 }, () => {
  it('shows, sets, compares and gives up a policy, and says what a request would meet', async () => {
    const before = await palimpsest('show', '--json')
    expect(before.code).toBe(0)
    const { version } = JSON.parse(before.out) as { version: string }
    const path = file('policy.yaml', 'region: us\ntools: { hr: { models: [simulated/echo] } }\n')
    const differs = await palimpsest('diff', path)
    expect([differs.code, differs.out]).toEqual([1, 'add /tools {"hr":{"models":["simulated/echo"]}}'])
    const set = await palimpsest('set', path, '--if', version)
    expect([set.code, set.warned]).toEqual([0, ''])
    expect(set.out).toMatch(/^sha256:[0-9a-f]{32} in force since .*, set by dev-admin$/)
    expect(await palimpsest('diff', path)).toMatchObject({ code: 0, out: 'There is no difference.' })
    const late = await palimpsest('set', path, '--if', version)
    expect([late.code, late.warned]).toEqual([2, expect.stringContaining('(policy_changed)')])

    const request = file(
      'request.json',
      JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
    )
    const refused = await palimpsest('dry-run', request, '--tool', 'hr')
    expect([refused.code, refused.out.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('It would be refused (403)'),
    ])
    const passes = file('passes.yaml', 'model: simulated/echo\nmessages: [{ role: user, content: hi }]\n')
    expect((await palimpsest('dry-run', passes, '--tool', 'hr')).code).toBe(0)

    const now = set.out.split(' ')[0] ?? ''
    expect((await palimpsest('diff', version, now)).out).toContain('/tenant/tools/hr')
    expect((await palimpsest('versions')).out.split('\n')).toHaveLength(2)
    expect((await palimpsest('reset')).out).toContain('as the configuration file says')
    expect(JSON.parse((await palimpsest('show', '--json')).out)).toMatchObject({ version, managed_by: 'file' })
  })

  it('says by its exit code that nothing was done', async () => {
    const list = file('list.yaml', '- a\n')
    const wrong = file('wrong.yaml', 'region: us\nlimit: {}\n')
    expect((await palimpsest('set', list)).warned).toBe('The file must hold one mapping.')
    expect((await palimpsest('set', join(folder, 'none'))).code).toBe(2)
    const refused = await palimpsest('set', wrong)
    expect([refused.code, refused.warned]).toEqual([2, expect.stringContaining('limit is not a known field')])
    expect((await palimpsest('unheard-of')).warned).toContain('palimpsest policy show')
    expect((await palimpsest('show', 'sha256:00')).code).toBe(2)
  })
})
