import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CLEAN_TEXTS } from '../../../eval/clean-texts.ts'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { EngineThread } from '../../../src/adapters/pii/builtin/engine-thread.ts'
import { startEngineThreads, type ThreadedEngine } from '../../../src/adapters/pii/builtin/threads.ts'
import { readModelFiles } from '../../../src/adapters/pii/names/model-files.ts'
import { createNameModel } from '../../../src/adapters/pii/names/name-model.ts'
import { ENTITY_TYPES, UNREDACTED_ENTITIES } from '../../../src/domain/redaction/entity-types.ts'
import { FORMAT_RECOGNISERS } from '../../../src/domain/redaction/format-recognisers.ts'

const MODELS = join(import.meta.dirname, '../../../models/names')
const LETTER = 'Tell Annelies Verbruggen (annelies@example.com) that the parcel of Rashid Haddad came back to Utrecht. '

describe('the built-in engine in threads of its own', () => {
  let engine: ThreadedEngine
  beforeAll(async () => {
    engine = await startEngineThreads({ models: MODELS, threads: 1 })
  })
  afterAll(() => engine.close())

  it('says what the engine says in this thread, under the same options', async () => {
    const here = createBuiltinEngine({ names: await createNameModel(await readModelFiles(MODELS)) })
    const texts = [LETTER, '', '\ud800', LETTER.repeat(50), ...CLEAN_TEXTS]
    expect(engine.version).toBe(here.version)
    expect(await engine.analyze(texts)).toEqual(await here.analyze(texts))
    for (const options of [{ entities: ['PERSON'] }, { scoreThreshold: 0.9 }, { language: 'de' }])
      expect(await engine.analyze(texts, options)).toEqual(await here.analyze(texts, options))
  })

  it('read what is short and asks for no names without waking a thread, to the same end', async () => {
    const here = createBuiltinEngine()
    const texts = [LETTER, '', '\ud800', 'IBAN GB33BUKB20201555555555, card 4111 1111 1111 1111']
    const asked = vi.spyOn(Worker.prototype, 'postMessage')
    try {
      for (const entities of [['EMAIL_ADDRESS'], ['IBAN_CODE', 'CREDIT_CARD']])
        expect(await engine.analyze(texts, { entities })).toEqual(await here.analyze(texts, { entities }))
      expect(asked).not.toHaveBeenCalled()
      await engine.analyze([LETTER])
      expect(asked).toHaveBeenCalled()
    } finally {
      asked.mockRestore()
    }
    const late = engine.analyze([LETTER], { entities: ['EMAIL_ADDRESS'], signal: AbortSignal.abort(new Error('late')) })
    await expect(late).rejects.toThrow('late')
  })

  it('do the work of a long text beside this thread, not in it', async () => {
    const text = LETTER.repeat(1000)
    await engine.analyze([text.slice(0, 5000)])
    const [all, own] = [process.cpuUsage(), process.threadCpuUsage()]
    const [found = []] = await engine.analyze([text])
    const [allUsed, ownUsed] = [process.cpuUsage(all), process.threadCpuUsage(own)]
    expect(found.length).toBeGreaterThan(2500)
    expect(ownUsed.user + ownUsed.system).toBeLessThan((allUsed.user + allUsed.system) / 4)
  })

  it('answer a short call before a long one that came first', async () => {
    const order: string[] = []
    const long = engine.analyze([LETTER.repeat(2000)]).then(() => order.push('long'))
    const short = engine.analyze([LETTER]).then(() => order.push('short'))
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
  })

  it('end a call whose signal aborts, and go on with others', async () => {
    const controller = new AbortController()
    const call = engine.analyze([LETTER.repeat(5000)], { signal: controller.signal })
    controller.abort(new Error('client gone'))
    await expect(call).rejects.toThrow('client gone')
    const late = engine.analyze(['Ann'], { signal: AbortSignal.abort(new Error('too late')) })
    await expect(late).rejects.toThrow('too late')
    expect((await engine.analyze([LETTER]))[0]?.length).toBeGreaterThan(2)
  })

  it('take long calls one after the other, and let one go whose signal aborts while it waits', async () => {
    const order: string[] = []
    const long = (name: string, options = {}) =>
      engine.analyze([LETTER.repeat(2700)], options).then(() => order.push(name))
    const controller = new AbortController()
    const calls = [long('first'), expect(long('second', { signal: controller.signal })).rejects.toThrow('client gone')]
    calls.push(long('third'))
    controller.abort(new Error('client gone'))
    await calls[1]
    expect(order).toEqual([])
    await Promise.all(calls)
    expect(order).toEqual(['first', 'third'])
  }, 60_000)

  it('refuse calls after they were closed', async () => {
    const other = await startEngineThreads({ models: MODELS, threads: 2 })
    const ended = expect(other.analyze([LETTER.repeat(2000)])).rejects.toMatchObject({ code: 'pii_engine_stopped' })
    await other.close()
    await ended
    await expect(other.analyze(['Ann Lee'])).rejects.toMatchObject({ code: 'pii_engine_stopped' })
    const formats = other.analyze(['Ann Lee'], { entities: ['EMAIL_ADDRESS'] })
    await expect(formats).rejects.toMatchObject({ code: 'pii_engine_stopped' })
  })

  it('fail the calls of one that dies, and start it anew with the next call', async () => {
    const thread = new EngineThread(MODELS, new URL('./dying-worker.ts', import.meta.url))
    const [first, second] = [thread.analyze([LETTER.repeat(500)], {}), thread.analyze(['die'], {})]
    await expect(first).rejects.toMatchObject({ code: 'pii_engine_failed' })
    await expect(second).rejects.toMatchObject({ code: 'pii_engine_failed' })
    expect((await thread.analyze([LETTER], {}))[0]?.length).toBeGreaterThan(2)
    await thread.close()
  })
})

describe('the list of entity types', () => {
  it('names every type that is recognised', () => {
    const types = [...FORMAT_RECOGNISERS.flatMap(({ entityTypes }) => entityTypes), 'PERSON', ...UNREDACTED_ENTITIES]
    expect(ENTITY_TYPES).toEqual([...new Set(types)].sort())
  })
})
