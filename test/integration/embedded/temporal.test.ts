import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import { afterEach, describe, expect, it } from 'vitest'
import type { Home } from '../../../src/config/home.ts'
import { findTemporal } from '../../../src/embedded/temporal/binary.ts'
import type { TemporalSource } from '../../../src/embedded/temporal/sources.ts'
import {
  type EmbeddedTemporal,
  type EmbeddedTemporalOptions,
  startTemporal,
} from '../../../src/embedded/temporal/start.ts'
import { bystander, cleanUp, isAlive, newHome, onCleanUp, orphan } from './support.ts'

afterEach(cleanUp)

async function start(
  home: Home,
  more: Partial<EmbeddedTemporalOptions> = {},
): Promise<EmbeddedTemporal & { said: string }> {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const options = { home, namespace: 'records', searchAttributes: { RecordTool: 'Keyword' as const }, log, ...more }
  const server = await startTemporal(options)
  onCleanUp(() => server.stop())
  return { ...server, said: lines.join('\n') }
}

async function connect(server: EmbeddedTemporal): Promise<Connection> {
  const connection = await Connection.connect({ address: server.address })
  onCleanUp(() => connection.close())
  return connection
}

describe('the embedded Temporal server', { timeout: 120_000 }, () => {
  it('takes a workflow with its search attributes at once, keeps it for 30 days, and finds it again', async () => {
    const home = newHome()
    const first = await start(home)
    const connection = await connect(first)
    const client = new Client({ connection, namespace: 'records' })
    const tool = defineSearchAttributeKey('RecordTool', SearchAttributeType.KEYWORD)
    await client.workflow.start('nobody', {
      taskQueue: 'nowhere',
      workflowId: 'kept',
      typedSearchAttributes: new TypedSearchAttributes([{ key: tool, value: 'hr' }]),
    })
    const described = await connection.workflowService.describeNamespace({ namespace: 'records' })
    expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400)
    await first.stop()
    expect((await first.exited).expected).toBe(true)

    const second = await start(home)
    expect(second.address).toBe(first.address)
    expect(second.uiUrl).toBe(first.uiUrl)
    const again = new Client({ connection: await connect(second), namespace: 'records' })
    expect((await again.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING')
  })

  it('registers a search attribute that a later version brings', async () => {
    const home = newHome()
    await (await start(home)).stop()
    const later = await start(home, { searchAttributes: { RecordTool: 'Keyword', RecordCount: 'Int' } })
    const connection = await connect(later)
    const count = defineSearchAttributeKey('RecordCount', SearchAttributeType.INT)
    await new Client({ connection, namespace: 'records' }).workflow.start('nobody', {
      taskQueue: 'nowhere',
      workflowId: 'counted',
      typedSearchAttributes: new TypedSearchAttributes([{ key: count, value: 1 }]),
    })
    const listed = await connection.operatorService.listSearchAttributes({ namespace: 'records' })
    expect(Object.keys(listed.customAttributes ?? {}).sort()).toEqual(['RecordCount', 'RecordTool'])
    await later.stop()
    const clash = start(home, { searchAttributes: { RecordTool: 'Int' } })
    await expect(clash).rejects.toThrow('RecordTool is registered with another type')
  })

  it('stops the server that a killed gateway left behind, even one put to sleep', async () => {
    const home = newHome()
    const left = await orphan('temporal', home)
    process.kill(left, 'SIGSTOP')
    const innocent = await bystander()
    const server = await start(home)
    expect(isAlive(left)).toBe(false)
    expect(isAlive(innocent.pid)).toBe(true)
    expect(server.said).toContain(`process ${left} of an earlier run`)
  })

  it('comes back on its store and its port after its own kill -9', async () => {
    const server = await start(newHome())
    process.kill(server.pid, 'SIGKILL')
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false })
    const again = await server.restart()
    onCleanUp(() => again.stop())
    expect(again.address).toBe(server.address)
  })

  it('takes other ports when somebody has taken its own, and does not meet a second one', async () => {
    const home = newHome()
    const first = await start(home)
    await first.stop()
    const port = Number(first.address.split(':')[1])
    const thief = createServer().listen(port, '127.0.0.1')
    onCleanUp(() => new Promise((resolve) => thief.close(() => resolve())))
    const [second, other] = await Promise.all([start(home), start(newHome())])
    expect(new Set([first.address, second.address, other.address]).size).toBe(3)
  })
})

describe('finding the Temporal program', { timeout: 120_000 }, () => {
  const good = '#!/bin/sh\necho "temporal version 9.9.9 (Server 9.9.9, UI 1.0.0)"\n'

  /** A way to get it that writes that text as the program. */
  function source(id: string, text: string, before: () => Promise<void> | void = () => undefined) {
    const made = {
      id,
      title: id,
      calls: 0,
      fetch: async (to: string) => {
        made.calls++
        await before()
        writeFileSync(to, text)
        return { ok: true as const }
      },
    } satisfies TemporalSource & { calls: number }
    return made
  }

  function find(home: Home, sources: TemporalSource[], path = '') {
    const lines: string[] = []
    const env = { XDG_CACHE_HOME: home.root, PATH: path }
    const found = findTemporal({ log: (line) => lines.push(line), env, sources })
    return { found, lines, cache: join(home.root, 'palimpsest') }
  }

  it('goes on to the next way when one fails, throws, or brings something broken', async () => {
    const refusing: TemporalSource = { id: 'a', title: 'a', fetch: async () => ({ ok: false, reason: 'no network' }) }
    const throwing: TemporalSource = { id: 'b', title: 'b', fetch: () => Promise.reject(new Error('disk full')) }
    const { found, lines, cache } = find(newHome(), [refusing, throwing, source('c', 'half a prog'), source('d', good)])
    expect((await found).path).toBe(join(cache, 'temporal-d'))
    expect(readdirSync(cache).sort()).toEqual(['lock', 'temporal-d'])
    const said = lines.join('\n')
    const inOrder = ['none on the PATH', 'none in the cache', 'no network', 'disk full', 'of no use', 'fetched in']
    expect(inOrder.map((words) => said.indexOf(words))).toEqual(
      inOrder.map((words) => said.indexOf(words)).toSorted((a, b) => a - b),
    )
    for (const words of inOrder) expect(said.split(words), words).toHaveLength(2)
  })

  it('fetches once for two that start at the same moment', async () => {
    const home = newHome()
    const slow = source('slow', good, () => new Promise((resolve) => setTimeout(resolve, 500)))
    const paths = await Promise.all([find(home, [slow]).found, find(home, [slow]).found])
    expect(new Set(paths.map(({ path }) => path)).size).toBe(1)
    expect(slow.calls).toBe(1)
  })

  it('never uses what a killed fetch left, and removes it', async () => {
    const home = newHome()
    const once = find(home, [source('x', good)])
    await once.found
    const left = join(once.cache, 'fetch-dead')
    writeFileSync(left, 'half a prog')
    const { found } = find(home, [source('y', good)])
    expect((await found).path).toBe(join(once.cache, 'temporal-y'))
    expect(existsSync(left)).toBe(false)
  })

  it('fetches anew when the program in the cache is broken', async () => {
    const home = newHome()
    const { found, cache } = find(home, [source('x', good)])
    await found
    writeFileSync(join(cache, 'temporal-x'), 'broken')
    const again = source('x', good)
    expect((await find(home, [again]).found).serverVersion).toBe('9.9.9')
    expect(again.calls).toBe(1)
    expect(readFileSync(join(cache, 'temporal-x'), 'utf8')).toBe(good)
  })

  it('takes the one on the PATH first, unless it is old, broken, or another program', async () => {
    const home = newHome()
    const bin = join(home.root, 'bin')
    mkdirSync(bin)
    const program = join(bin, 'temporal')
    const texts = {
      'is older than': good.replace('Server 9.9.9', 'Server 1.2.3'),
      'another program': '#!/bin/sh\necho something else\n',
      'of no use': '#!/bin/sh\nexit 3\n',
    }
    for (const [words, text] of Object.entries(texts)) {
      writeFileSync(program, text)
      chmodSync(program, 0o755)
      const { found, lines } = find(home, [source('x', good)], bin)
      expect((await found).path).not.toBe(program)
      expect(lines.join('\n')).toContain(words)
    }
    writeFileSync(program, good)
    expect((await find(home, [], bin).found).path).toBe(program)
  })

  it('says what to do when there is no way at all', async () => {
    await expect(find(newHome(), []).found).rejects.toThrow('set TEMPORAL_ADDRESS')
  })
})
