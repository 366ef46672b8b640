import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { homeLayout } from '../config/home.ts'
import { PalimpsestError } from '../errors.ts'
import { identityExaminations } from './identity-providers.ts'
import { machineExaminations } from './machine.ts'
import { observabilityExaminations } from './observability.ts'
import { priceExaminations } from './prices.ts'
import { serviceExaminations } from './services.ts'
import type { Check, DoctorReport, Examination, Examined } from './types.ts'
import { webhookExaminations } from './webhooks.ts'

export type { Check, DoctorReport } from './types.ts'

const TIME_LIMIT_MS = 30_000

/**
 * Looks at what a start needs and says what is missing and how to get it. Starts nothing and changes nothing. No
 * secret stands in the answer. Never throws: a check that breaks is a check that failed.
 */
export async function runDoctor(env: Readonly<Record<string, string | undefined>>): Promise<DoctorReport> {
  const examined: Examined = {
    env,
    home: homeLayout(env, process.cwd()),
    projectRoot: fileURLToPath(new URL('../..', import.meta.url)),
  }
  const all = [
    ...machineExaminations,
    ...serviceExaminations,
    ...identityExaminations,
    ...webhookExaminations,
    ...priceExaminations,
    ...observabilityExaminations,
  ]
  const checks = (await Promise.all(all.map((examination) => examine(examination, examined)))).filter(
    (check) => check !== null,
  )
  return { ok: checks.every((check) => check.ok || !check.required), checks }
}

async function examine(examination: Examination, examined: Examined): Promise<Check | null> {
  const { name, required } = examination
  const over = new AbortController()
  try {
    const limit = sleep(TIME_LIMIT_MS, 'late' as const, { signal: over.signal, ref: false })
    const outcome = await Promise.race([examination.run(examined), limit])
    if (outcome === 'late') return { name, required, ok: false, detail: 'no answer within 30 s', fix: fixFor(name) }
    return outcome === null ? null : { name, required, ...outcome }
  } catch (error) {
    return { name, required, ok: false, detail: reasonOf(error), fix: fixFor(name) }
  } finally {
    over.abort()
  }
}

function fixFor(name: string): string {
  if (/^[A-Z_0-9]+$/.test(name)) return `Start that service, or correct or unset ${name}.`
  return 'Put it right and ask again.'
}

/** The system's or the service's own words for it. A driver's message names hosts and users, never passwords. */
function reasonOf(error: unknown): string {
  if (error instanceof PalimpsestError) return error.message
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  if (error.message === 'fetch failed' && error.cause !== undefined) return reasonOf(error.cause)
  return error.message === '' ? error.name : error.message
}
