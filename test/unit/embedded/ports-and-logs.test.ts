import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Home, homeLayout, prepareHome } from '../../../src/config/home.ts'
import { openLogFile, rotateOpenFile, tailOf } from '../../../src/embedded/process/log-file.ts'
import { anyFreePort, choosePort, isFree } from '../../../src/embedded/process/ports.ts'

let folder: string
let home: Home
const servers: Server[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-ports-'))
  home = homeLayout({ PALIMPSEST_HOME: folder }, '/')
  prepareHome(home)
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

function occupy(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    servers.push(server)
    server.listen(port, '127.0.0.1', resolve)
  })
}

describe('the ports of the embedded servers', () => {
  it('are the same at the next start', async () => {
    const port = await choosePort(home, 'postgres')
    expect(await choosePort(home, 'postgres')).toBe(port)
    expect(await isFree(port)).toBe(true)
  })

  it('are none that an outgoing connection may take while the server is down', async () => {
    for (let tries = 0; tries < 20; tries++) expect(await anyFreePort()).toBeLessThan(32_768)
  })

  it('are others when somebody else has taken them, and differ from each other', async () => {
    const port = await choosePort(home, 'postgres')
    await occupy(port)
    expect(await isFree(port)).toBe(false)
    const next = await choosePort(home, 'postgres')
    expect(next).not.toBe(port)
    expect(await choosePort(home, 'temporal')).not.toBe(next)
    expect(await choosePort(home, 'postgres', new Set([next]))).not.toBe(next)
  })

  it('are chosen anew when the file that keeps them is broken', async () => {
    writeFileSync(home.portsFile, '{"postgres": 99999999, "x"')
    expect(await choosePort(home, 'postgres')).toBeGreaterThan(0)
  })
})

describe('the log of a child', () => {
  it('is rotated while it is written, and three old ones are kept', () => {
    const path = join(folder, 'server.log')
    const child = openSync(path, 'a')
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      writeSync(child, `${name} ${'x'.repeat(100)}\n`)
      rotateOpenFile(path, 50)
    }
    writeSync(child, 'last\n')
    closeSync(child)
    expect(readFileSync(path, 'utf8')).toBe('last\n')
    const kept = [1, 2, 3].map((number) => readFileSync(`${path}.${number}`, 'utf8').split(' ')[0])
    expect(kept).toEqual(['five', 'four', 'three'])
    expect(existsSync(`${path}.4`)).toBe(false)
  })

  it('is rotated at the next start when it has grown', () => {
    const path = join(folder, 'server.log')
    writeFileSync(path, 'old\n'.repeat(20))
    const log = openLogFile(path, () => undefined, 10)
    writeSync(log.descriptor, 'new\n')
    log.close()
    log.close()
    expect(readFileSync(path, 'utf8')).toBe('new\n')
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('old')
  })

  it('is quoted by its last lines', () => {
    const path = join(folder, 'server.log')
    expect(tailOf(path)).toBe('')
    writeFileSync(path, Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n'))
    expect(tailOf(path, 2)).toBe('line 4998\nline 4999')
  })
})
