import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { homeLayout } from '../../../src/config/home.ts'
import { DASHBOARD_FILE, observabilityExaminations, RULES_FILE } from '../../../src/doctor/observability.ts'
import { runDoctor } from '../../../src/doctor/run-doctor.ts'
import { startOtlpReceiver } from '../../support/otlp/receiver.ts'

const root = resolve(import.meta.dirname, '../../..')
let copy: string

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'palimpsest-doctor-'))
  for (const file of [RULES_FILE, DASHBOARD_FILE]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
})
afterEach(() => rmSync(copy, { recursive: true, force: true }))

async function examine(name: string, env: Record<string, string> = {}) {
  const found = observabilityExaminations.find((one) => one.name === name)
  if (!found) throw new Error(`no examination ${name}`)
  return found.run({ env, home: homeLayout({ PALIMPSEST_HOME: copy }, copy), projectRoot: copy })
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(copy, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(copy, file), text.replaceAll(from, to))
}

describe('what doctor says of alerts, dashboard and traces', () => {
  it('is part of its report, and holds for the files of the project', async () => {
    const { PATH = '', HOME = '' } = process.env
    const { checks } = await runDoctor({ PATH, HOME, PALIMPSEST_HOME: join(copy, 'home'), PORT: '0' })
    for (const name of ['alert rules', 'dashboard']) {
      expect(checks.find((check) => check.name === name)).toMatchObject({ ok: true, required: true })
    }
    expect(checks.map(({ name }) => name)).not.toContain('OTEL_EXPORTER_OTLP_ENDPOINT')
  }, 90_000)

  it('is that they do not hold where a metric has another name, and which', async () => {
    expect(await examine('alert rules')).toMatchObject({ ok: true })
    change(RULES_FILE, 'palimpsest_ledger_sound', 'palimpsest_ledger_whole')
    expect(await examine('alert rules')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('PalimpsestLedgerNotSound names palimpsest_ledger_whole'),
    })
    change(DASHBOARD_FILE, 'palimpsest_tokens_total', 'palimpsest_token_total')
    expect(await examine('dashboard')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('palimpsest_token_total'),
    })
    rmSync(join(copy, RULES_FILE))
    expect(await examine('alert rules')).toMatchObject({ ok: false, fix: expect.stringContaining('Fetch') })
    // An image has no pages.
    rmSync(join(copy, 'docs'), { recursive: true })
    expect(await examine('alert rules')).toBeNull()
  })

  it('ends the command with 1 where an alert names a metric that there is not, and with 0 where none does', () => {
    for (const part of ['src', 'bootstrap', 'package.json', 'package-lock.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const { PATH = '', HOME = '' } = process.env
    const env = { PATH, HOME, PALIMPSEST_HOME: join(copy, 'home'), PORT: '0' }
    const doctor = () =>
      spawnSync(process.execPath, [join(copy, 'src/cli.ts'), 'doctor'], { env, encoding: 'utf8', cwd: copy })
    expect(doctor()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ok {3}alert rules: /m) })
    change(RULES_FILE, 'palimpsest_ledger_sound', 'palimpsest_ledger_whole')
    expect(doctor()).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^FAIL alert rules: .*PalimpsestLedgerNotSound names palimpsest_ledger_whole/m),
    })
  }, 180_000)

  it('tells a receiver that takes traces from one that does not, and no secret', async () => {
    const receiver = await startOtlpReceiver()
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret-word',
    }
    try {
      expect(await examine('OTEL_EXPORTER_OTLP_ENDPOINT', env)).toMatchObject({ ok: true })
      expect(receiver.bytes().toString()).toContain('Bearer secret-word')
      receiver.mode = 'refuses'
      const refused = await examine('OTEL_EXPORTER_OTLP_ENDPOINT', env)
      expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining('503') })
      expect(JSON.stringify(refused)).not.toContain('secret-word')
    } finally {
      await receiver.close()
    }
    await expect(examine('OTEL_EXPORTER_OTLP_ENDPOINT', env)).rejects.toThrow()
  })
})
