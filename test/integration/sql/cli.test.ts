import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/sql.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

describe('palimpsest sql', { timeout: 60_000 }, () => {
  let shop: Shop
  let folder: string
  beforeAll(async () => {
    shop = await createShop()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-sql-cli-'))
    const views = shop.settings.views.map(({ schema, name }) => `${schema}.${name}`).join(', ')
    const database = (name: string, url: string) =>
      `  - { name: ${name}, url: "${url}", views: [${views}], functions: [reporting.fiscal_year] }`
    const gone = new URL(shop.url)
    gone.port = '1'
    writeFileSync(
      join(folder, 'palimpsest.yaml'),
      `
tenants:
  - { id: acme, region: us, keys: [{ key: pk_app_0123456789abcdefgh, role: app }] }
databases:
${database('shop', shop.url)}
${database('strong', shop.adminUrl)}
${database('away', gone.toString())}
`,
    )
  }, 60_000)
  afterAll(async () => {
    await shop?.drop()
    rmSync(folder, { recursive: true, force: true })
  })
  const sql = async (...args: string[]) => {
    const lines: string[] = []
    const env = { PALIMPSEST_CONFIG: join(folder, 'palimpsest.yaml') }
    const write = (line: string) => void lines.push(line)
    return { exit: await run(args, { env, write, warn: write }), text: lines.join('\n') }
  }

  it('check says what a login may do too much: 0 nothing, 1 something, 2 it cannot be asked', async () => {
    expect(await sql('check', 'shop')).toMatchObject({ exit: 0 })
    const strong = await sql('check', 'strong')
    expect(strong).toMatchObject({ exit: 1, text: expect.stringContaining('strong: it is a superuser') })
    expect(await sql('check', 'away')).toMatchObject({ exit: 2 })
    expect((await sql('check', 'nowhere')).exit).toBe(2)
    expect((await sql()).exit).toBe(2)
  })

  it('setup writes statements that may be run again and leave the login as it was', async () => {
    const { exit, text } = await sql('setup', 'shop')
    expect(exit).toBe(0)
    expect(text).not.toContain(new URL(shop.url).password)
    await shop.admin.unsafe(text).simple()
    expect(await sql('check', 'shop', '--json')).toEqual({ exit: 0, text: '[{"database":"shop","excess":[]}]' })
  })
})
