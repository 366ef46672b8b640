import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { homeLayout } from '../../../src/config/home.ts'
import { webhookExaminations } from '../../../src/doctor/webhooks.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function examine(...urls: string[]) {
  const file = join(folder, 'palimpsest.yaml')
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  writeFileSync(
    file,
    `tenants:
  - id: acme
    region: eu
    keys: [{ key: pk_acme_0123456789abcdef0123, role: admin }]
${urls.length > 0 ? `webhooks:\n${urls.map((url) => `  - { url: "${url}", secret: "${secret}" }`).join('\n')}` : ''}
`,
  )
  return webhookExaminations[0]?.run({
    env: { PALIMPSEST_CONFIG: file },
    home: homeLayout({ PALIMPSEST_HOME: folder }, folder),
    projectRoot: folder,
  })
}

it('doctor tells a webhook that somebody listens for from one that nobody does, sends no event, and tells no path', async () => {
  expect(await examine()).toBeNull()
  let bytes = 0
  const server = createServer((socket) => socket.on('data', (chunk) => (bytes += chunk.length))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const here = `http://127.0.0.1:${port}/hooks/secret-path`
  expect(await examine(here)).toMatchObject({ ok: true, detail: `127.0.0.1:${port}: somebody listens` })
  const both = await examine(here, 'http://127.0.0.1:1/secret-path')
  expect(both).toMatchObject({ ok: false, detail: '127.0.0.1:1: cannot be reached' })
  expect(JSON.stringify(both)).not.toContain('secret-path')
  // What answers there speaks no TLS.
  expect(await examine(here.replace('http:', 'https:'))).toMatchObject({ ok: false })
  await new Promise((resolve) => server.close(resolve))
  expect(await examine(here)).toMatchObject({ ok: false })
}, 30_000)
