import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { homeLayout } from '../../../src/config/home.ts'
import { identityExaminations } from '../../../src/doctor/identity-providers.ts'
import { startOidcProvider } from '../../support/oidc/start.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function examine(issuer: string | null) {
  const file = join(folder, 'palimpsest.yaml')
  const people = `people:
  issuers:
    - issuer: ${issuer}
      audiences: [palimpsest]
      grants: [{ claim: groups, value: auditors, tenant: acme, roles: [auditor] }]`
  const tenants = `tenants:
  - id: acme
    region: eu
    keys: [{ key: pk_acme_0123456789abcdef0123, role: admin }]`
  writeFileSync(file, `${tenants}\n${issuer === null ? '' : people}\n`)
  const [identity] = identityExaminations
  return identity?.run({
    env: { PALIMPSEST_CONFIG: file },
    home: homeLayout({ PALIMPSEST_HOME: folder }, folder),
    projectRoot: folder,
  })
}

it('doctor tells an issuer that answers from one that is away, or is another than its tokens would name', async () => {
  expect(await examine(null)).toBeNull()
  const provider = await startOidcProvider('http://127.0.0.1:1/auth/callback')
  try {
    expect(await examine(provider.issuer)).toMatchObject({ ok: true, detail: expect.stringContaining(provider.issuer) })
    expect(await examine(`${provider.issuer}/other`)).toMatchObject({
      ok: false,
      fix: expect.stringContaining('people.issuers'),
    })
  } finally {
    await provider.close()
  }
  expect(await examine(provider.issuer)).toMatchObject({ ok: false })
}, 60_000)
