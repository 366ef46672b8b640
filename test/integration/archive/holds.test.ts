import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { createExpireActivities } from '../../../activities/archive/expire.ts'
import { createEraseArchives } from '../../../activities/erasure/erase-archives.ts'
import { createLegalHolds } from '../../../src/adapters/postgres/erasure/holds.ts'
import {
  contentOf,
  endDepsOf,
  namesIn,
  openCase,
  placeHold,
  releaseHold,
  runStep,
} from '../../support/archive/ending.ts'
import { dropDay } from '../../support/archive/past-objects.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const DAY = '2026-01-05'

describe('legal holds over archived entries', { timeout: 240_000 }, () => {
  let stack: ArchiveStack
  let deps: EndDeps
  beforeAll(async () => {
    stack = await startArchiveStack()
    deps = endDepsOf(stack)
    await stack.plant('acme', DAY, 6, (index) => ({
      retention_class: '1-1-2',
      subject_pseudonym: index % 2 === 0 ? 'sub_ann' : 'sub_ben',
    }))
    await stack.seal(DAY)
    expect((await stack.run()).failures).toEqual([])
    await dropDay(stack.admin, DAY)
    for (const pseudonym of ['sub_ann', 'sub_ben']) {
      await stack.admin`
        INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, blind_index, created_at)
        VALUES (${pseudonym}, 'acme', gen_random_uuid(), ${randomBytes(32)}, now())`
    }
  }, 300_000)
  afterAll(() => stack.close())

  const periodId = async () =>
    String((await stack.admin`SELECT id FROM archive_period WHERE tenant_id = 'acme'`)[0]?.id)
  const expire = async () => runStep(createExpireActivities(deps).expirePeriod, { period: await periodId() })

  it('on a time in which the person has entries in the archive alone forbid an erasure; others do not', async () => {
    const holds = createLegalHolds(stack.test.ledger.sql)
    const { id } = await openCase(stack, 'acme', ['sub_ann'])
    expect(await holds.forbidding(id)).toEqual([])
    const beside = await placeHold(stack, 'acme', { from: '2026-01-06', to: '2026-01-09' })
    expect(await holds.forbidding(id)).toEqual([])
    const within = await placeHold(stack, 'acme', { from: `${DAY}T12:00:00Z`, to: '2026-01-09' })
    expect(await holds.forbidding(id)).toEqual([within])
    await releaseHold(stack, within)
    await releaseHold(stack, beside)
    expect(await holds.forbidding(id)).toEqual([])
  })

  it('on a time, placed behind the announcement, are told that they came too late', async () => {
    const holds = createLegalHolds(stack.test.ledger.sql)
    const { id } = await openCase(stack, 'acme', ['sub_ann'])
    await stack.admin`UPDATE erasure_case SET announced_by = gen_random_uuid() WHERE id = ${id}`
    const hold = await placeHold(stack, 'acme', { from: DAY, to: '2026-01-06' })
    expect(await holds.tooLateFor(hold)).toEqual([id])
    await releaseHold(stack, hold)
  })

  it('on a person, once they have ended, keep nothing from an erasure: what was held of them goes with it, others’ stays', async () => {
    const ofAnn = await placeHold(stack, 'acme', { subject: 'sub_ann' })
    await placeHold(stack, 'acme', { subject: 'sub_ben' })
    expect(await expire()).toBe('expired')
    const [before = ''] = await namesIn(deps, 'held/acme.')
    await releaseHold(stack, ofAnn)
    const { id, cases } = await openCase(stack, 'acme', ['sub_ann'])
    expect((await deps.ending.residueOf(id)).objects.map(({ name }) => name)).toEqual([before])
    await runStep(createEraseArchives({ ...deps, cases }), { caseId: id })
    const names = await namesIn(deps, 'held/acme.')
    expect(names).toHaveLength(1)
    expect(names).not.toContain(before)
    const rows = await contentOf(deps, stack, await periodId(), 'held')
    expect(rows.map((row) => row.subject_pseudonym)).toEqual(['sub_ben', 'sub_ben', 'sub_ben'])
    expect(rows.every((row) => row.sealed_prompt !== null)).toBe(true)
  })
})
