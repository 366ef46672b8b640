import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { all, describeArchiveStore, workFolder } from '../../support/archive/store-contract.ts'

const execute = promisify(execFile)
const root = mkdtempSync(join(tmpdir(), 'palimpsest-archive-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describeArchiveStore('in files', () => new FileArchiveStore(join(root, 'contract')), 3_000_000)

describe('an archive in files', () => {
  const work = workFolder()
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(root, 'one-'))
  })
  const staged = () => readdirSync(join(folder, '@staging'))

  it('keeps an object read only, with its hash, time and lock beside it', async () => {
    const store = new FileArchiveStore(folder)
    const file = work.file('bytes')
    await store.put('archive/a/manifest.json', file, { lockUntil: Date.UTC(2040, 0, 1) })
    const place = join(folder, 'archive/a/manifest.json@')
    expect(readdirSync(place).sort()).toEqual(['meta.json', 'object'])
    for (const name of ['meta.json', 'object']) expect(statSync(join(place, name)).mode & 0o777).toBe(0o400)
    expect(JSON.parse(readFileSync(join(place, 'meta.json'), 'utf8'))).toMatchObject({
      bytes: 5,
      sha256: Buffer.from(file.sha256).toString('hex'),
      lockedUntil: '2040-01-01T00:00:00.000Z',
    })
    expect(staged()).toEqual([])
  })

  it('gives changed bytes to nobody', async () => {
    const store = new FileArchiveStore(folder)
    const file = work.file('bytes')
    await store.put('a', file, { lockUntil: null })
    const path = join(folder, 'a@', 'object')
    rmSync(path)
    writeFileSync(path, 'other')
    const fetched = store.fetch('a', work.fresh(), file.sha256)
    await expect(fetched).rejects.toMatchObject({ code: 'archive_object_changed' })
  })

  it('is refused before anything is written where its folder cannot be made, and clears away what a crash left', async () => {
    writeFileSync(join(folder, 'file'), '')
    const below = new FileArchiveStore(join(folder, 'file', 'below'))
    await expect(below.check()).rejects.toMatchObject({ code: 'archive_store_unfit' })
    const store = new FileArchiveStore(folder)
    await store.check()
    for (const name of ['begun', 'gone-half']) mkdirSync(join(folder, '@staging', name))
    await store.check()
    expect(staged().sort()).toEqual(['begun', 'gone-half'])
    await new FileArchiveStore(folder, () => Date.now() + 61_000).check()
    expect(staged()).toEqual(['begun'])
    await new FileArchiveStore(folder, () => Date.now() + 86_401_000).check()
    expect(staged()).toEqual([])
  })

  it('has nothing of an object where the disk is full, says so, and takes it when there is room', async (context) => {
    const disk = await onSmallDisk()
    if ('missing' in disk) return context.skip(disk.missing)
    expect(disk.outcome).toEqual({
      tooLarge: 'archive_store_full',
      listed: ['small'],
      staged: [],
      stat: false,
      afterRoomWasMade: 'stored',
    })
  })

  it('leaves a killed writer nothing of its name, and another one writes it', async () => {
    const script = `
      import { FileArchiveStore } from ${JSON.stringify(STORE)}
      const file = JSON.parse(process.argv[2])
      await new FileArchiveStore(process.argv[1]).put('big', { ...file, sha256: Buffer.from(file.sha256.data) }, { lockUntil: null })`
    const bytes = randomBytes(64_000_000)
    const file = work.file(bytes)
    const asText = JSON.stringify(file)
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder, asText], { stdio: 'pipe' })
    const ended = once(child, 'exit')
    await expect
      .poll(() => existsSync(join(folder, '@staging')) && staged().length, { timeout: 20_000, interval: 1 })
      .toBe(1)
    child.kill('SIGKILL')
    await ended
    const store = new FileArchiveStore(folder)
    const standing = await store.stat('big')
    // Killed after the renaming it is there as a whole; before, there is nothing of it.
    if (standing === undefined) expect(await all(store.list(''))).toEqual([])
    expect(await store.put('big', file, { lockUntil: null })).toBe(standing === undefined ? 'stored' : 'exists')
    await store.fetch('big', work.fresh(), file.sha256)
  })
})

const STORE = fileURLToPath(new URL('../../../src/adapters/archive/files/file-archive-store.ts', import.meta.url))

/** Runs on a file system of a megabyte, mounted in a namespace of its own. */
async function onSmallDisk(): Promise<{ outcome: unknown } | { missing: string }> {
  const mount = mkdtempSync(join(root, 'disk-'))
  const script = `
    import { createHash, randomBytes } from 'node:crypto'
    import { readdirSync, rmSync, writeFileSync } from 'node:fs'
    import { FileArchiveStore } from ${JSON.stringify(STORE)}
    const [, disk, files] = process.argv
    const store = new FileArchiveStore(disk)
    const put = async (name, length) => {
      const bytes = randomBytes(length)
      const path = files + '/' + name
      writeFileSync(path, bytes)
      const file = { path, bytes: length, sha256: createHash('sha256').update(bytes).digest() }
      return store.put(name, file, { lockUntil: null }).catch((error) => error.code ?? String(error))
    }
    await put('small', 400_000)
    const tooLarge = await put('large', 800_000)
    const listed = []
    for await (const name of store.list('')) listed.push(name)
    const staged = readdirSync(disk + '/@staging')
    const stat = (await store.stat('large')) !== undefined
    await store.remove('small')
    console.log(JSON.stringify({ tooLarge, listed, staged, stat, afterRoomWasMade: await put('large', 800_000) }))`
  const files = mkdtempSync(join(root, 'files-'))
  const command = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"'
  const run = [mount, process.execPath, '--input-type=module', '-e', script, mount, files]
  const whole = ['--map-root-user', '--mount', 'sh', '-c', command, 'sh', ...run]
  const probe = ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]
  const refused = await execute('unshare', probe).then(
    () => null,
    (error: unknown) => String((error as { stderr?: string }).stderr || error).trim(),
  )
  if (refused !== null) return { missing: `no small disk can be mounted here: ${refused}` }
  const { stdout } = await execute('unshare', whole)
  return { outcome: JSON.parse(stdout) }
}
