import { existsSync, readdirSync } from 'node:fs'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchiveActivities } from '../../../activities/archive/activities.ts'
import type { ArchiveDeps } from '../../../activities/archive/deps.ts'
import { type ArchiveStack, type StepName, startArchiveStack } from '../../support/archive/stack.ts'

const STEPS: StepName[] = ['findDue', 'preparePeriod', 'exportPeriod', 'recordPeriod', 'awaitAnchored']

describe('archiving that is killed', { timeout: 180_000 }, () => {
  let stack: ArchiveStack
  beforeAll(async () => {
    stack = await startArchiveStack()
  })
  afterAll(() => stack.close())

  /** One entry, one generation in force, nothing in the store that the catalogue does not know. */
  const expectOnce = async (tenant: string, entries: number) => {
    const periods = await stack.admin`SELECT * FROM archive_period WHERE tenant_id = ${tenant}`
    expect(periods).toHaveLength(1)
    expect(periods[0]).toMatchObject({ entries: String(entries) })
    expect(periods[0]?.anchored_at).toBeInstanceOf(Date)
    const written = await stack.admin`SELECT id FROM ledger_entry WHERE kind = 'archive' AND tenant_id = ${tenant}`
    expect(written.map(({ id }) => id)).toEqual([periods[0]?.id])
    const objects =
      await stack.admin`SELECT name, state FROM archive_object WHERE period_id = ${periods[0]?.id} ORDER BY name`
    const stored = objects.filter(({ state }) => state === 'stored')
    expect(stored.map(({ name }) => name.split('/')[2])).toEqual(['content', 'facts', 'manifest'])
    const there: string[] = []
    for await (const name of stack.store.list('archive/')) if (name.includes(`/${tenant}.`)) there.push(name)
    const locked = objects.filter(({ state }) => state === 'superseded').map(({ name }) => name)
    expect(locked.every((name) => name.includes('/manifest/'))).toBe(true)
    expect(there.sort()).toEqual([...stored.map(({ name }) => name), ...locked].sort())
    expect(existsSync(stack.deps.folder) ? readdirSync(stack.deps.folder) : []).toEqual([])
  }

  it('after the effect of every call to database, ledger and store goes on in another process, and does it once', async () => {
    await stack.plant('every-call', '2026-01-05', 5)
    await stack.seal('2026-01-05')
    const died: string[] = []
    const once = <T extends object>(label: string, port: T): T =>
      new Proxy(port, {
        get(target, name) {
          const method = Reflect.get(target, name)
          if (typeof method !== 'function' || name === 'exclusively') return method
          return async (...args: unknown[]) => {
            const result = await method.apply(target, args)
            const part = typeof args[0] === 'string' ? (args[0].split('/')[2] ?? '') : ''
            const key = `${label}.${String(name)} ${part}`.trim()
            if (died.includes(key)) return result
            died.push(key)
            throw new Error('died after its effect')
          }
        },
      })
    const { deps } = stack
    const mortal: ArchiveDeps = {
      ...deps,
      periods: once('periods', deps.periods),
      store: once('store', deps.store),
      files: once('files', deps.files),
      ledger: once('ledger', deps.ledger),
    }
    const steps = createArchiveActivities(mortal)
    const step = <T>(run: (input: never) => Promise<T>, input: unknown): Promise<T> =>
      new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => undefined) }).run(
        run as (input: unknown) => Promise<T>,
        input,
      )
    const run = async () => {
      const { periods } = await step(steps.findDue, { after: null })
      for (const due of periods) {
        const { period } = due.recorded === null ? await step(steps.preparePeriod, due) : { period: due.recorded }
        await step(steps.exportPeriod, { period })
        await step(steps.recordPeriod, { period })
        await step(steps.awaitAnchored, { entries: [period] })
      }
    }
    let runs = 0
    for (let done = false; !done; runs++) {
      done = await run().then(
        () => true,
        () => false,
      )
      expect(runs).toBeLessThan(60)
    }
    expect(died).toEqual(
      expect.arrayContaining([
        'periods.open',
        'files.make',
        'periods.announce',
        'store.put facts',
        'store.put content',
        'store.fetch facts',
        'files.read',
        'store.put manifest',
        'store.fetch manifest',
        'store.remove facts',
        'periods.finish',
        'ledger.append',
        'periods.recorded',
        'periods.anchored',
      ]),
    )
    // All but the call that anchors: an append that was done and not heard of is found in the ledger, so that no run dies of it.
    expect(runs).toBeGreaterThanOrEqual(died.length - 1)
    await expectOnce('every-call', 5)
  })

  it.each(STEPS)('for good after %s is finished by the next run', async (step) => {
    const tenant = `after-${step.toLowerCase()}`
    const day = `2026-02-0${STEPS.indexOf(step) + 1}`
    await stack.plant(tenant, day, 4)
    await stack.seal(day)
    const workflowId = `archive-killed/${tenant}/${Date.now()}`
    let killed = false
    stack.intercept = async (name, run) => {
      const result = await run()
      if (name !== step || killed) return result
      killed = true
      await stack.client.workflow.getHandle(workflowId).terminate('killed by a test')
      throw new Error('nobody waits for this any more')
    }
    const first = await stack.start(workflowId)
    await expect(first.result()).rejects.toThrow()
    expect(killed).toBe(true)
    stack.intercept = null
    expect((await stack.run()).failures).toEqual([])
    await expectOnce(tenant, 4)
  })
})
