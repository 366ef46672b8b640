import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Home,
  homeLayout,
  loadDevelopmentKeys,
  lockHome,
  prepareHome,
  type RunInfo,
  readRunFile,
  removeRunFile,
  writeRunFile,
} from '../../../src/config/home.ts'
import { canPass } from '../../../src/embedded/postgres/place.ts'
import { cacheDirectory } from '../../../src/embedded/process/cache.ts'

let folder: string
let home: Home

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest home '))
  home = homeLayout({ PALIMPSEST_HOME: join(folder, 'h') }, '/')
  prepareHome(home)
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const mode = (path: string) => statSync(path).mode & 0o777

const info: RunInfo = {
  apiUrl: 'http://127.0.0.1:1',
  temporalAddress: '127.0.0.1:2',
  temporalUiUrl: null,
  pid: 3,
  databaseUrl: 'postgresql://reader:x@127.0.0.1:4/palimpsest',
  adminDatabaseUrl: null,
  keys: { app: 'a', auditor: 'b', privacy: 'c', admin: 'd' },
}

describe('the home', () => {
  it('is .palimpsest in the working directory unless it is set', () => {
    expect(homeLayout({}, '/some where').root).toBe('/some where/.palimpsest')
    expect(homeLayout({ PALIMPSEST_HOME: '' }, '/x').root).toBe('/x/.palimpsest')
    expect(homeLayout({ PALIMPSEST_HOME: 'y/../z' }, '/x').root).toBe('/x/z')
    expect(homeLayout({ PALIMPSEST_HOME: '/abs' }, '/x').root).toBe('/abs')
  })

  it('lets nobody else list it', () => {
    expect(mode(home.root)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700)
    expect(mode(home.logsDirectory)).toBe(0o700)
    expect(mode(home.temporalDirectory)).toBe(0o700)
  })

  it('is closed again at the next start when it was opened in between', () => {
    chmodSync(home.root, 0o777)
    prepareHome(home)
    expect(mode(home.root) & 0o066).toBe(0)
  })

  it('belongs to one stack at a time, and says whose it is', () => {
    const lock = lockHome(home)
    expect(() => lockHome(home)).toThrow(`as process ${process.pid}`)
    lock.release()
    lockHome(home).release()
  })
})

describe('run.json', () => {
  it('is read by its owner only, whole, and gone after the stop', () => {
    expect(readRunFile(home)).toBeNull()
    writeRunFile(home, info)
    expect(mode(home.runFile)).toBe(0o600)
    expect(readRunFile(home)).toEqual(info)
    writeRunFile(home, { ...info, pid: 5 })
    expect(readRunFile(home)?.pid).toBe(5)
    expect(readdirSync(home.root).filter((name) => name.startsWith('run.json'))).toEqual(['run.json'])
    removeRunFile(home)
    removeRunFile(home)
    expect(readRunFile(home)).toBeNull()
  })

  it('is an error that says what to do when it is broken', () => {
    writeFileSync(home.runFile, '{"pid": ')
    expect(() => readRunFile(home)).toThrow('cannot be read as JSON')
  })
})

describe('the development keys', () => {
  it('are made once, each with its role in its name, and found again', () => {
    const keys = loadDevelopmentKeys(home)
    for (const role of ['app', 'auditor', 'privacy', 'admin'] as const) {
      expect(keys[role]).toMatch(new RegExp(`^pk_${role}_[A-Za-z0-9_-]{32}$`))
    }
    expect(new Set(Object.values(keys)).size).toBe(4)
    expect(mode(home.keysFile)).toBe(0o600)
    expect(loadDevelopmentKeys(home)).toEqual(keys)
  })

  it('keep those that are there when one is missing', () => {
    const { app } = loadDevelopmentKeys(home)
    writeFileSync(home.keysFile, JSON.stringify({ app }))
    const again = loadDevelopmentKeys(home)
    expect(again.app).toBe(app)
    expect(JSON.parse(readFileSync(home.keysFile, 'utf8'))).toEqual(again)
  })
})

describe('where things go', () => {
  it('finds the cache as the system does', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/a')).toBe('/c/palimpsest')
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/a')).toBe('/home/a/.cache/palimpsest')
    expect(cacheDirectory({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/palimpsest')
  })

  it('knows whether another user can pass through every folder down to a path', () => {
    const stranger = { uid: 65_534, gid: 65_534 }
    const owner = { uid: statSync(folder).uid, gid: statSync(folder).gid }
    chmodSync(folder, 0o700)
    expect(canPass(folder, stranger)).toBe(false)
    expect(canPass(folder, owner)).toBe(true)
    chmodSync(folder, 0o711)
    expect(canPass(folder, stranger)).toBe(true)
    chmodSync(home.root, 0o700)
    expect(canPass(home.root, stranger)).toBe(false)
    expect(canPass(join(folder, 'missing'), stranger)).toBe(false)
  })
})
