import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processStartTime, tryLock, waitLock } from '../../../bootstrap/process-lock.mjs'

const lockModule = new URL('../../../bootstrap/process-lock.mjs', import.meta.url).href

let folder: string
let lockFolder: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-lock-'))
  lockFolder = join(folder, 'lock')
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** A process that tries the lock once told to, says who has it, and stays alive. */
function contender(): ChildProcess {
  const script = `
    import { tryLock } from ${JSON.stringify(lockModule)}
    process.stdin.once('data', () => {
      const attempt = tryLock(${JSON.stringify(lockFolder)}, 'contender')
      process.stdout.write(attempt.holder === null ? 'won' : 'held by ' + attempt.holder.pid)
    })
    process.stdout.write('ready ')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

/** The child's next words. */
async function words(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return chunk.toString()
}

async function race(count: number): Promise<string[]> {
  const all = Array.from({ length: count }, contender)
  await Promise.all(all.map(words))
  const answers = Promise.all(all.map(words))
  for (const child of all) child.stdin?.write('go')
  return answers
}

function writeHolder(number: number, pid: number, startTime: string | null): void {
  mkdirSync(lockFolder, { recursive: true })
  writeFileSync(join(lockFolder, String(number)), JSON.stringify({ pid, startTime, note: '' }))
}

describe('the lock between processes', () => {
  it('is had by one of many that ask at the same moment', async () => {
    const answers = await race(6)
    expect(answers.filter((answer) => answer === 'won')).toHaveLength(1)
  })

  it('is had by one of many that find the same dead holder', async () => {
    writeHolder(41, 99_999_999, 'long ago')
    const answers = await race(6)
    expect(answers.filter((answer) => answer === 'won')).toHaveLength(1)
    expect(readdirSync(lockFolder).filter((name) => !name.startsWith('.'))).toEqual(['42'])
  })

  it('is free again once its holder was killed', async () => {
    const first = contender()
    await words(first)
    first.stdin?.write('go')
    expect(await words(first)).toBe('won')
    expect(tryLock(lockFolder).holder?.pid).toBe(first.pid)
    const gone = once(first, 'exit')
    first.kill('SIGKILL')
    await gone
    expect(tryLock(lockFolder).holder).toBeNull()
  })

  it('is not kept by a process that was given the pid of a dead holder', () => {
    writeHolder(1, process.pid, 'another start time')
    expect(tryLock(lockFolder).holder).toBeNull()
  })

  it('never gives a number twice, so that a slow contender cannot take an old one', () => {
    const first = tryLock(lockFolder)
    if (first.holder !== null) throw new Error('not free')
    first.release()
    const second = tryLock(lockFolder)
    expect(second.holder).toBeNull()
    expect(readdirSync(lockFolder)).toEqual(['2'])
  })

  it('is waited for, and given up after the time allowed', async () => {
    const holder = tryLock(lockFolder)
    if (holder.holder !== null) throw new Error('not free')
    await expect(waitLock(lockFolder, { timeoutMs: 300 })).rejects.toThrow(`Process ${process.pid}`)
    const waiting = waitLock(lockFolder, { timeoutMs: 5000 })
    holder.release()
    expect((await waiting).holder).toBeNull()
  })

  it('takes a broken lock file for nobody', () => {
    mkdirSync(lockFolder)
    writeFileSync(join(lockFolder, '7'), '{"pid": 1')
    expect(tryLock(lockFolder).holder).toBeNull()
  })
})

describe('the start time of a process', () => {
  it('is the same each time it is asked, and null for a pid that nobody has', () => {
    expect(processStartTime(process.pid)).toBe(processStartTime(process.pid))
    expect(processStartTime(99_999_999)).toBeNull()
    expect(processStartTime(-1)).toBeNull()
  })
})
