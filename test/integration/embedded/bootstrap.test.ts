import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInstalled } from '../../../bootstrap/install.mjs'
import { isAlive } from './support.ts'

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))
const children: ChildProcess[] = []
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest boot '))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function runScript(script: string, environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

async function ending(child: ChildProcess): Promise<{ code: number | null; signal: string | null; said: string }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, said }
}

async function waitFor(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited for 20 s')
    await sleep(20)
  }
}

describe('handing over to the pinned Node', { timeout: 60_000 }, () => {
  const handOver = join(projectRoot, 'bootstrap/hand-over.mjs')

  /** Runs TypeScript as `npm start` would run the gateway. */
  function hand(text: string, args: string[] = [], environment: Record<string, string> = {}): ChildProcess {
    writeFileSync(join(folder, 'target.ts'), text)
    const target = relative(projectRoot, join(folder, 'target.ts'))
    const call = [projectRoot, target, args].map((value) => JSON.stringify(value)).join(', ')
    return runScript(`import { handOver } from ${JSON.stringify(handOver)}; await handOver(${call})`, environment)
  }

  it('runs TypeScript with Node 24 in the working directory of the caller, with the arguments as they are', async () => {
    const text = `const said: string[] = [process.version, process.cwd(), ...process.argv.slice(2)]
      console.log(said.join('|'))`
    const { code, said } = await ending(hand(text, ['a b', '--c', '$d']))
    expect(code).toBe(0)
    expect(said).toMatch(/^v24\./)
    expect(said).toContain(`${folder.split('/').pop()}|a b|--c|$d\n`)
  })

  it('ends as its target ends: by the same exit code or the same signal', async () => {
    expect((await ending(hand('process.exitCode = 7'))).code).toBe(7)
    expect((await ending(hand("throw new Error('broken')"))).code).toBe(1)
    expect((await ending(hand("process.kill(process.pid, 'SIGTERM'); setInterval(() => 1, 1000)"))).signal).toBe(
      'SIGTERM',
    )
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on and waits for the target to finish', async (name) => {
    const child = hand(`
      process.on('${name}', () => setTimeout(() => { console.log('drained'); process.exit(0) }, 300))
      setInterval(() => 1, 1000)
      console.log('ready')`)
    const outcome = ending(child)
    if (child.stdout === null) throw new Error('no output')
    await once(child.stdout, 'data')
    child.kill(name)
    expect(await outcome).toMatchObject({ code: 0, said: 'ready\ndrained\n' })
  })

  it('stops the target when the npm that started it was killed', async () => {
    const text = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => 1, 1000)
      import { writeFileSync } from 'node:fs'
      writeFileSync('pid', String(process.pid))`
    writeFileSync(join(folder, 'target.ts'), text)
    const target = relative(projectRoot, join(folder, 'target.ts'))
    const inner = `import { handOver } from ${JSON.stringify(handOver)}
      await handOver(${JSON.stringify(projectRoot)}, ${JSON.stringify(target)}, [])`
    const npm = runScript(
      `import { spawn } from 'node:child_process'
      spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(inner)}], { stdio: 'ignore' })
      setInterval(() => 1, 1000)`,
      { npm_lifecycle_event: 'start' },
    )
    const file = join(folder, 'pid')
    await waitFor(() => existsSync(file) && readFileSync(file, 'utf8') !== '')
    const pid = Number(readFileSync(file, 'utf8'))
    npm.kill('SIGKILL')
    await waitFor(() => !isAlive(pid))
  })
})

describe('installing by the lockfile', { timeout: 60_000 }, () => {
  const install = join(projectRoot, 'bootstrap/install.mjs')
  const elsewhere = process.platform === 'linux' ? 'darwin' : 'linux'
  const lockfile = (version: string) => ({
    packages: {
      '': { name: 'x' },
      'node_modules/a': { version, integrity: `sha512-a${version}` },
      'node_modules/b': { version: '1.0.0', integrity: 'sha512-b', optional: true, os: [elsewhere] },
    },
  })

  function writeLockfile(version: string): void {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockfile(version)))
  }

  /** What npm leaves: the package, then its own record of all of them. */
  function writeModules(version: string, record = true): void {
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/a/package.json'), '{}')
    const { '': _, 'node_modules/b': __, ...packages } = lockfile(version).packages
    if (record) writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
  }

  /** A program in npm's place, that notes each call and does `body`. */
  function fakeNpm(body: string): Record<string, string> {
    const path = join(folder, 'fake', 'npm-cli.js')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(
      path,
      `const fs = require('node:fs')
      fs.appendFileSync('calls', process.pid + ' ' + process.argv.slice(2, 4).join(' ') + '\\n')
      const { '': _, 'node_modules/b': __, ...packages } = ${JSON.stringify(lockfile('1.0.0').packages)}
      const finish = () => {
        fs.mkdirSync('node_modules/a', { recursive: true })
        fs.writeFileSync('node_modules/a/package.json', '{}')
        fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }))
      }
      ${body}`,
    )
    return { npm_execpath: path }
  }

  function installNow(environment: Record<string, string>): ChildProcess {
    const call = `await ensureInstalled(${JSON.stringify(folder)}, (line) => console.log(line))`
    return runScript(
      `import { ensureInstalled } from ${JSON.stringify(install)}
      try { ${call} } catch (error) { console.log(error.message); process.exitCode = 1 }`,
      environment,
    )
  }

  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

  it('takes for whole only what npm recorded as whole and the lockfile still asks for', () => {
    writeLockfile('1.0.0')
    expect(isInstalled(folder)).toBe(false)
    writeModules('1.0.0', false)
    expect(isInstalled(folder)).toBe(false)
    writeModules('0.9.0')
    expect(isInstalled(folder)).toBe(false)
    writeModules('1.0.0')
    expect(isInstalled(folder)).toBe(true)
    writeLockfile('1.1.0')
    expect(isInstalled(folder)).toBe(false)
    writeLockfile('1.0.0')
    rmSync(join(folder, 'node_modules/a'), { recursive: true })
    expect(isInstalled(folder)).toBe(false)
  })

  it('runs npm ci without install scripts, once for two that start at the same moment, and then no more', async () => {
    writeLockfile('1.0.0')
    const npm = fakeNpm('setTimeout(finish, 500)')
    const outcomes = await Promise.all([installNow(npm), installNow(npm)].map(ending))
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
    expect(calls()).toHaveLength(1)
    expect(calls()[0]).toMatch(/ ci --ignore-scripts$/)
    expect((await ending(installNow(npm))).code).toBe(0)
    expect(calls()).toHaveLength(1)
  })

  it('begins anew after a start that was killed, and ends the npm it left behind first', async () => {
    writeLockfile('1.0.0')
    const killed = installNow(fakeNpm('setInterval(() => 1, 1000)'))
    const hasBegun = () => existsSync(join(folder, 'calls')) && calls()[0] !== ''
    await waitFor(() => hasBegun() && existsSync(join(folder, '.install-lock/npm.json')))
    const left = Number(calls()[0]?.split(' ')[0])
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect(isAlive(left)).toBe(true)
    const { code } = await ending(installNow(fakeNpm('finish()')))
    expect(code).toBe(0)
    expect(isAlive(left)).toBe(false)
    expect(isInstalled(folder)).toBe(true)
  })

  it('says what to do when npm fails, and does not take it for done', async () => {
    writeLockfile('1.0.0')
    const { code, said } = await ending(installNow(fakeNpm('process.exit(3)')))
    expect(code).toBe(1)
    expect(said).toContain('npm ci failed with exit code 3: the first start needs the package registry')
    expect(isInstalled(folder)).toBe(false)
  })
})
