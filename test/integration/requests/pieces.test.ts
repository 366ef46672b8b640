import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createPieceWriter } from '../../../src/adapters/postgres/requests/piece-writer.ts'
import { createRequestStore } from '../../../src/adapters/postgres/requests/request-store.ts'
import type { ChatChunk } from '../../../src/domain/chat/types.ts'
import { AttemptLost, type StreamHandle } from '../../../src/ports/piece-writer.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'

describe('pieces of a stream', () => {
  const owner = randomUUID()
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql
  let handle: StreamHandle
  let handedOn: string[]

  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 2, onnotice: () => undefined })
    sql = connectService(databases.app, { max: 2, name: 'pieces' })
  })

  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.end()
    await databases.drop()
  })

  beforeEach(async () => {
    const requestId = randomUUID()
    await admin`
      INSERT INTO attempt (request_id, attempt_no, owner, state, lease_until, provider, model, started_at)
      VALUES (${requestId}, 1, ${owner}, 'calling', now() + interval '15 s', 'openai', 'm', now())`
    const dataKey = { keyId: randomUUID(), key: randomBytes(32) }
    handle = { requestId, attemptNo: 1, tenantId: 't', subjectPseudonym: 's', dataKey }
    handedOn = []
  })

  const chunkOf = (content: string): ChatChunk => ({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })
  const textOf = (chunk: ChatChunk) => String(chunk.choices[0]?.delta.content)
  const open = () => {
    const writer = createPieceWriter(createRequestStore(sql, owner))
    const stream = writer.open(handle, (chunk) => handedOn.push(textOf(chunk)))
    return { stream, stored: async () => (await writer.read(handle)).map(textOf) }
  }

  it('are handed on only where they are stored, also those that come while others are being stored', async () => {
    const { stream, stored } = open()
    await stream.write(chunkOf('a'))
    await stream.flush()
    const late: string[] = []
    // While the attempt's row is held, a round of storing is under way and stays so.
    await admin.begin(async (hold) => {
      await hold`SELECT 1 FROM attempt WHERE request_id = ${handle.requestId} FOR UPDATE`
      for (let index = 0; index < 20; index++) {
        await stream.write(chunkOf(`${index},`))
        await sleep(5)
      }
      late.push(...handedOn)
    })
    await stream.flush()
    expect(late).toEqual(['a'])
    expect(handedOn).toHaveLength(21)
    expect(await stored()).toEqual(handedOn)
  })

  it('wait where the database is away for a moment, and go on where they stopped', async () => {
    const { stream, stored } = open()
    for (let index = 0; index < 60; index++) {
      await stream.write(chunkOf(`${index},`))
      if (index % 10 === 5) {
        await admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pieces'`
      }
      await sleep(10)
    }
    await stream.flush()
    expect(handedOn).toEqual(Array.from({ length: 60 }, (_, index) => `${index},`))
    expect(await stored()).toEqual(handedOn)
    const [row] = await admin`SELECT state FROM attempt WHERE request_id = ${handle.requestId}`
    expect(row?.state).toBe('delivering')
  })

  it('end where another process took the attempt over: nothing more is stored or handed on', async () => {
    const { stream, stored } = open()
    await stream.write(chunkOf('a'))
    await stream.flush()
    await admin`UPDATE attempt SET state = 'interrupted' WHERE request_id = ${handle.requestId}`
    await stream.write(chunkOf('b'))
    await expect(stream.flush()).rejects.toThrow(AttemptLost)
    await expect(stream.write(chunkOf('c'))).rejects.toThrow(AttemptLost)
    expect(handedOn).toEqual(['a'])
    expect(await stored()).toEqual(['a'])
  })
})
