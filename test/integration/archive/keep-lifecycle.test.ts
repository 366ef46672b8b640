import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { connectService } from '../../../src/adapters/postgres/connect.ts'
import { keepLifecycle } from '../../../src/compose/archive-lifecycle.ts'
import { parseConfig } from '../../../src/config/file.ts'
import type { LifecycleRule } from '../../../src/domain/retention/lifecycle.ts'
import { workFolder } from '../../support/archive/store-contract.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

const CONFIG = `
tenants:
  - id: acme
    region: eu
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
    retention: { hot_days: 60, cold_after_days: 90, delete_after_days: 365, report_pack_days: 500 }
    tools:
      contract: { retention: { hot_days: 60, cold_after_days: 60, delete_after_days: 2190 } }
archive: { storage_class: DEEP_ARCHIVE }
`
const TEST_KEY = 'pk_app_0123456789abcdef0123456789abcdef'

describe('the rules that the gateway keeps in the archive store', () => {
  const work = workFolder()
  let databases: TestDatabases
  beforeAll(async () => {
    databases = await createDatabases(inject('stack'))
  })
  afterAll(() => databases.drop())

  it('are those of every class that the configuration has or that is in the archive, and of packs, and come back where somebody changed them', async () => {
    const admin = postgres(databases.admin, { max: 1 })
    const sql = connectService(databases.app, { max: 1, name: 'test' })
    try {
      const period = (retention_class: string, expired_at: Date | null) =>
        admin`INSERT INTO archive_period (id, tenant_id, retention_class, from_day, below_day, expired_at)
          VALUES (${randomUUID()}, 'acme', ${retention_class}, '2026-01-01', '2026-01-02', ${expired_at})`
      await period('10-20-30', null)
      await period('11-21-31', new Date())
      const folder = work.fresh()
      const parts = {
        sql,
        store: new FileArchiveStore(folder),
        config: parseConfig(CONFIG, 'palimpsest.yaml', { APP_KEY: TEST_KEY }),
      }
      expect(await keepLifecycle(parts)).toEqual([])
      const file = join(folder, '@lifecycle.json')
      const rules = JSON.parse(readFileSync(file, 'utf8')) as LifecycleRule[]
      const classes = new Set(rules.map(({ prefix }) => prefix.split('/')[1]))
      expect([...classes]).toEqual(expect.arrayContaining(['standard', '60-90-365', '60-60-2190', '10-20-30']))
      expect(classes).not.toContain('11-21-31')
      // What follows the tenants' policies is not removed before the longest-lived of them.
      const days = (of: string) => rules.find(({ prefix }) => prefix.startsWith(`archive/${of}/`))?.removeAfterDays
      expect(days('standard')).toBe(days('60-60-2190'))
      const archived = rules.filter(({ prefix }) => prefix.startsWith('archive/'))
      expect(new Set(archived.map(({ toColder }) => toColder?.storageClass))).toEqual(new Set(['DEEP_ARCHIVE']))
      expect(rules.filter((rule) => !archived.includes(rule))).toMatchObject([
        { prefix: 'reports/', toColder: null, removeAfterDays: 530 },
      ])
      writeFileSync(file, JSON.stringify(rules.map((rule) => ({ ...rule, removeAfterDays: 1 }))))
      expect(await keepLifecycle(parts)).toEqual([])
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(rules)
    } finally {
      await Promise.all([admin.end(), sql.end()])
    }
  })
})
