import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchiveActivities } from '../../../activities/archive/activities.ts'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { createEraseArchives } from '../../../activities/erasure/erase-archives.ts'
import { type ArchiveManifest, decodeManifest } from '../../../src/domain/retention/manifest.ts'
import { contentOf, endDepsOf, mortal, namesIn, openCase, runStep, untilDone } from '../../support/archive/ending.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const PERSON = 'sub_person'

describe('a person’s text in the archive', { timeout: 240_000 }, () => {
  let stack: ArchiveStack
  let deps: EndDeps
  beforeAll(async () => {
    stack = await startArchiveStack()
    deps = endDepsOf(stack)
  }, 300_000)
  afterAll(() => stack.close())

  const person = (index: number) => ({ subject_pseudonym: index % 3 === 0 ? PERSON : `sub_other_${index % 4}` })
  const plant = async (tenant: string, day: string, count = 12) => {
    const ids = await stack.plant(tenant, day, count, person)
    await stack.seal(day)
    return ids
  }
  const periodsOf = (tenant: string) =>
    stack.admin`SELECT * FROM archive_period WHERE tenant_id = ${tenant} ORDER BY from_day`
  const periodOf = async (tenant: string) => String((await periodsOf(tenant))[0]?.id)
  const deleteHot = (tenant: string) => stack.admin`
    DELETE FROM content WHERE entry_id IN
      (SELECT id FROM ledger_entry WHERE tenant_id = ${tenant} AND subject_pseudonym = ${PERSON})`
  const erase = async (tenant: string, from: EndDeps = deps) => {
    const { id, cases } = await openCase(stack, tenant, [PERSON])
    return { id, run: () => runStep(createEraseArchives({ ...from, cases }), { caseId: id }) }
  }
  const manifestOf = async (periodId: string): Promise<ArchiveManifest> => {
    const row = (await deps.periods.objects(periodId)).find((one) => one.part === 'manifest' && one.state === 'stored')
    const path = join(stack.test.folder, randomBytes(6).toString('hex'))
    await deps.store.fetch(row?.name ?? '', path, row?.sha256 ?? new Uint8Array())
    return decodeManifest(await readFile(path))
  }

  /** Nothing sealed of the person is left anywhere, and all else is what it was. */
  const expectGone = async (tenant: string, before: Awaited<ReturnType<typeof contentOf>>) => {
    const id = await periodOf(tenant)
    const after = await contentOf(deps, stack, id)
    expect(after).toHaveLength(before.length)
    for (const [index, row] of after.entries()) {
      const was = before[index]
      if (row.subject_pseudonym !== PERSON) expect(row).toEqual(was)
      else expect(Object.values(row).filter((value) => value !== null)).toHaveLength(3)
    }
    const objects = await deps.periods.objects(id)
    const standing = objects.filter(({ state }) => state === 'stored').map(({ name }) => name)
    expect(standing.map((name) => name.split('/')[2]).sort()).toEqual(['content', 'facts', 'manifest'])
    const names = await namesIn(deps, `/${tenant}.`)
    // Of what was before, manifests alone are left: they are locked, and hold nothing of anybody.
    expect(names.filter((name) => !standing.includes(name)).every((name) => name.includes('/manifest/'))).toBe(true)
    expect(existsSync(deps.folder) ? readdirSync(deps.folder) : []).toEqual([])
  }

  it('goes: the object is written anew without it, verified, named in the ledger; the old one goes with all its versions', async () => {
    await plant('acme', '2026-01-05')
    expect((await stack.run()).failures).toEqual([])
    const id = await periodOf('acme')
    const before = await contentOf(deps, stack, id)
    expect(before.filter((row) => row.subject_pseudonym === PERSON && row.sealed_prompt !== null)).toHaveLength(4)
    const old = await manifestOf(id)
    await deleteHot('acme')
    const { id: caseId, run } = await erase('acme')
    expect(await run()).toEqual({ objects: 1 })
    await expectGone('acme', before)

    const manifest = await manifestOf(id)
    expect(manifest).toMatchObject({ generation: 2, supersedes: old.entry, merkle_root: old.merkle_root })
    expect(manifest.digests.facts).toEqual(old.digests.facts)
    expect(manifest.totals.content.blobs.sealed_prompt?.count).toBe(8)
    const entry = await deps.entries.entry('acme', manifest.entry)
    expect(entry?.envelope).toMatchObject({
      kind: 'archive',
      status: 'superseded',
      retention_class: 'proof',
      related_entry: id,
    })
    const detail = JSON.parse(entry?.envelope.detail ?? '{}')
    expect(detail).toMatchObject({ case: caseId, supersedes: old.entry })
    const gone = old.objects.find(({ part }) => part === 'content')
    expect(detail.replaced).toEqual([{ name: gone?.name, sha256: gone?.sha256 }])
    expect(await deps.store.stat(gone?.name ?? '')).toBeUndefined()
    const [period] = await periodsOf('acme')
    expect(period).toMatchObject({ generation: 2, manifest_entry: manifest.entry })
  })

  it('that is gone already is looked for and not written again', async () => {
    const { run } = await erase('acme')
    expect(await run()).toEqual({ objects: 0 })
    expect((await periodsOf('acme'))[0]).toMatchObject({ generation: 2 })
    const residue = await deps.ending.residueOf((await openCase(stack, 'acme', [PERSON])).id)
    expect(residue).toMatchObject({ objects: [expect.anything()], left: 0 })
  })

  it('that was cut out of somebody else’s entry in the database is cut in the archive too', async () => {
    const ids = await plant('cut', '2026-01-06')
    expect((await stack.run()).failures).toEqual([])
    const [mine, theirs] = [ids[0] ?? '', ids[1] ?? '']
    const before = await contentOf(deps, stack, await periodOf('cut'))
    const left = randomBytes(90)
    const { id, run } = await erase('cut')
    await deleteHot('cut')
    await stack.admin`UPDATE content SET sealed_prompt = ${left} WHERE entry_id = ${theirs}`
    await stack.admin`
      INSERT INTO erasure_cut (case_id, entry_id, content_group, old_digest, new_digest)
      VALUES (${id}, ${theirs}, 'prompt', ${randomBytes(32)}, ${createHash('sha256').update(left).digest()})`
    expect(await run()).toEqual({ objects: 1 })
    const cut = before.map((row) => (row.id === theirs ? { ...row, sealed_prompt: left.toString('hex') } : row))
    await expectGone('cut', cut)
    expect((await manifestOf(await periodOf('cut'))).verified.blobs.cut).toBe(1)
    expect(cut.find((row) => row.id === mine)?.subject_pseudonym).toBe(PERSON)
  })

  it('goes wherever the process dies, with one entry for what stands', async () => {
    await plant('mortal', '2026-01-07')
    expect((await stack.run()).failures).toEqual([])
    const before = await contentOf(deps, stack, await periodOf('mortal'))
    await deleteHot('mortal')
    const died: string[] = []
    const { run } = await erase('mortal', mortal(deps, died))
    const runs = await untilDone(run)
    expect(runs).toBeGreaterThan(15)
    expect(died).toEqual(
      expect.arrayContaining([
        'rows.rewrite',
        'periods.announce',
        'store.put content',
        'store.fetch content',
        'rows.verify',
        'files.read',
        'store.put manifest',
        'ledger.append',
        'ending.supersede',
        'store.remove first content',
        'periods.mark first content',
      ]),
    )
    await expectGone('mortal', before)
    const id = await periodOf('mortal')
    const entries = await stack.admin`
      SELECT id FROM ledger_entry WHERE tenant_id = 'mortal' AND kind = 'archive' AND status = 'superseded'`
    expect(entries.map((row) => row.id)).toEqual([(await manifestOf(id)).entry])
  })

  it('is not in what an archival run makes that had read it before it was erased', async () => {
    await plant('racing', '2026-01-08')
    const { make } = stack.deps.files
    const slow: typeof stack.deps.files = {
      ...stack.deps.files,
      async make(...args) {
        const made = await make(...args)
        // The erasure deletes, then looks for archives of the person; the run has noted none yet.
        await deleteHot('racing')
        const { run } = await erase('racing')
        const [period] = await periodsOf('racing')
        await stack.admin`SELECT 1`
        const looked = await deps.ending.periodsOf((await openCase(stack, 'racing', [PERSON])).id)
        expect(looked).not.toContain(period?.id)
        expect(await run()).toEqual({ objects: 0 })
        return made
      },
    }
    const steps = createArchiveActivities({ ...stack.deps, files: slow })
    const { period } = await runStep(steps.preparePeriod, {
      tenant: 'racing',
      retentionClass: 'standard',
      day: '2026-01-08',
    })
    await expect(runStep(steps.exportPeriod, { period })).rejects.toMatchObject({ type: 'archive_content_changed' })
    expect((await stack.run()).failures).toEqual([])
    const rows = await contentOf(deps, stack, period)
    expect(rows.filter((row) => row.subject_pseudonym === PERSON)).toEqual([])
    expect(rows).toHaveLength(8)
  })

  it('that an archival run has stored and not yet put on record is superseded in the record', async () => {
    await plant('unrecorded', '2026-01-09')
    const steps = createArchiveActivities(stack.deps)
    const { period } = await runStep(steps.preparePeriod, {
      tenant: 'unrecorded',
      retentionClass: 'standard',
      day: '2026-01-09',
    })
    await runStep(steps.exportPeriod, { period })
    const before = await contentOf(deps, stack, period)
    await deleteHot('unrecorded')
    const { run } = await erase('unrecorded')
    expect(await run()).toEqual({ objects: 1 })
    await expectGone('unrecorded', before)
    // The archival run goes on where it was, and finds it recorded.
    expect((await stack.run()).failures).toEqual([])
    const entries = await stack.admin`
      SELECT status FROM ledger_entry WHERE tenant_id = 'unrecorded' AND kind = 'archive' ORDER BY occurred_at`
    expect(entries.map(({ status }) => status)).toEqual(['archived', 'superseded'])
    await expectGone('unrecorded', before)
  })

  it('waits while somebody else works on the period', async () => {
    await plant('waiting', '2026-01-10')
    expect((await stack.run()).failures).toEqual([])
    const id = await periodOf('waiting')
    const before = await contentOf(deps, stack, id)
    await deleteHot('waiting')
    const { run } = await erase('waiting')
    let ended = false
    const outcome = await deps.periods.exclusively(id, async () => {
      const running = run().then((result) => {
        ended = true
        return result
      })
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(ended).toBe(false)
      expect((await deps.periods.objects(id)).some(({ generation }) => generation > 1)).toBe(false)
      return { running }
    })
    if (outcome === 'busy') throw new Error('nobody else works on it')
    expect(await outcome.running).toEqual({ objects: 1 })
    await expectGone('waiting', before)
  })

  it('stays whole where the store gives back other bytes: nothing is recorded and nothing removed', async () => {
    await plant('torn', '2026-01-11')
    expect((await stack.run()).failures).toEqual([])
    const id = await periodOf('torn')
    await deleteHot('torn')
    const wrong = {
      ...deps.rows,
      verify: async () => ['rows that were to stay as they are'],
    }
    const { run } = await erase('torn', { ...deps, rows: wrong })
    await expect(run()).rejects.toMatchObject({ code: 'archive_mismatch' })
    const stored = (await deps.periods.objects(id)).filter(({ state }) => state === 'stored')
    expect(stored.map(({ generation }) => generation)).toEqual([1, 1, 1])
    const entries = await stack.admin`
      SELECT status FROM ledger_entry WHERE tenant_id = 'torn' AND kind = 'archive'`
    expect(entries.map(({ status }) => status)).toEqual(['archived'])
  })
})
