import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ServedGateway, serveGateway } from '../../support/served-gateway.ts'
import { isAlive } from '../embedded/support.ts'

const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m

describe('a first start that is told to stop while it shows its example', { timeout: 180_000 }, () => {
  let served: ServedGateway
  beforeEach(async () => {
    served = await serveGateway()
  }, 180_000)
  afterEach(() => served.remove())

  const partsOf = () => [...served.output().matchAll(/\(process (\d+)\)$/gm)].map(([, pid]) => Number(pid))

  it('drains, stops its parts and ends as any other', async () => {
    const parts = partsOf()
    expect(await served.stop('SIGINT')).toBe(0)
    expect(served.output()).toContain('"msg":"draining"')
    expect(served.output()).not.toMatch(STACK_TRACE)
    expect(parts.map(isAlive)).toEqual([false, false])
  })

  it('ends without a stack trace where the signal takes PostgreSQL and Temporal away as well', async () => {
    await expect.poll(served.output, { timeout: 60_000, interval: 5 }).toContain('"resource":"chat.completions"')
    const parts = partsOf()
    expect(parts).toHaveLength(2)
    const ended = served.stop('SIGINT')
    for (const pid of parts) process.kill(pid, 'SIGINT')
    expect(await ended).toBe(0)
    expect(served.output()).not.toMatch(STACK_TRACE)
    expect(parts.map(isAlive)).toEqual([false, false])
  })
})
