import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNameModel, type NameModel } from '../../../src/adapters/pii/names/name-model.ts'

const FOLDER = join(import.meta.dirname, '../../../models/names')

describe('the name model', () => {
  let model: NameModel
  beforeAll(async () => {
    model = await createNameModel({ folder: FOLDER, threads: 2 })
  })
  afterAll(() => model.close())

  it('finds persons, places and organisations with offsets into the text', async () => {
    const text = 'Dear Tobias Winkelmann,\nyour flight to Berlin is booked. 👩 Regards, Siobhan Murphy'
    const [spans = []] = await model.find([text])
    const found = spans.filter(({ score }) => score > 0.5).map((s) => [s.entityType, text.slice(s.start, s.end)])
    expect(found).toEqual([
      ['PERSON', 'Tobias Winkelmann'],
      ['LOCATION', 'Berlin'],
      ['PERSON', 'Siobhan Murphy'],
    ])
  })

  it('gives one list per text, in order, and none for texts without words', async () => {
    const answers = await model.find(['', 'My name is Anna Kowalska.', ' \n', '\ud800', 'the server is down'])
    expect(answers.map((spans) => spans.filter(({ score }) => score > 0.5).length)).toEqual([0, 1, 0, 0, 0])
  })

  it('says the same of a text alone and among others', async () => {
    const texts = [
      'Call Ravi Krishnan.',
      'x'.repeat(5000),
      'Dear Mrs Oyelaran, thank you. Lukas',
      'in Ghent with Mathilda',
    ]
    const together = await model.find(texts)
    for (const [i, text] of texts.entries()) expect(await model.find([text])).toEqual([together[i]])
  })

  it('finds a name wherever it stands in a long text', async () => {
    const filler = 'the report was sent to the office and nobody has read it so far. '
    const text = Array.from({ length: 1500 }, (_, i) =>
      i % 50 === 7 ? 'I spoke with Tobias Winkelmann. ' : filler,
    ).join('')
    const [spans = []] = await model.find([text])
    const found = new Set(
      spans.filter((s) => s.entityType === 'PERSON').map(({ start, end }) => text.slice(start, end)),
    )
    const count = spans.filter(({ start, end }) => text.slice(start, end) === 'Tobias Winkelmann').length
    expect(count).toBe(30)
    expect([...found]).toEqual(['Tobias Winkelmann'])
  })

  it.each([
    ['a@', 500_000],
    ['0123456789', 100_000],
    ['([{', 333_333],
    ['ab@ab.', 166_666],
    ['YWJjZGVmZ2hpamtsbW5v', 50_000],
    ['\n\n \t', 250_000],
    ['a\u0301\u0302', 333_333],
  ])('reads a megabyte of %j in linear time', { timeout: 20_000 }, async (part, count) => {
    const began = performance.now()
    await model.find([part.repeat(count)])
    expect(performance.now() - began).toBeLessThan(6000)
  })

  it('leaves the event loop free while it reads 100 KB', async () => {
    const text = 'Tell Annelies Verbruggen that the parcel of Rashid Haddad came back to Utrecht. '.repeat(1280)
    await model.find([text.slice(0, 5000)])
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const before = process.threadCpuUsage()
    const [spans = []] = await model.find([text])
    const { user, system } = process.threadCpuUsage(before)
    delay.disable()
    expect(spans.length).toBeGreaterThan(2000)
    // This thread's own work; the delay also counts what other processes take from it.
    expect((user + system) / 1000).toBeLessThan(60)
    expect(delay.percentile(50) / 1e6).toBeLessThan(20)
  })

  it('ends a call whose signal aborts, and goes on with others', async () => {
    const controller = new AbortController()
    const call = model.find(['Ann Lee '.repeat(50_000)], controller.signal)
    controller.abort(new Error('client gone'))
    await expect(call).rejects.toThrow('client gone')
    await expect(model.find(['Ann'], AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
    expect((await model.find(['My name is Anna Kowalska.']))[0]).toHaveLength(1)
  })

  it('answers a short call before a long one that came first', async () => {
    const order: string[] = []
    const long = model.find(['Ann Lee lives here. '.repeat(20_000)]).then(() => order.push('long'))
    const short = model.find(['Ann Lee lives here.']).then(() => order.push('short'))
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
  })

  it('refuses calls after it was closed', async () => {
    const other = await createNameModel({ folder: FOLDER, threads: 1 })
    const call = other.find(['Ann Lee '.repeat(20_000)])
    const ended = expect(call).rejects.toMatchObject({ code: 'name_model_stopped' })
    await other.close()
    await ended
    await expect(other.find(['Ann Lee'])).rejects.toMatchObject({ code: 'name_model_stopped' })
  })
})

describe('a model folder that is not as released', () => {
  let copy: string
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'names-'))
  })
  afterAll(() => rm(copy, { recursive: true }))

  const refusal = async (): Promise<string> => {
    const model = createNameModel({ folder: copy, threads: 1 })
    await expect(model).rejects.toMatchObject({ code: 'name_model_invalid' })
    return model.then(
      () => '',
      (error: Error) => error.message,
    )
  }

  it('is refused with the name of the file: missing, truncated, changed, of another version', async () => {
    expect(await refusal()).toContain('manifest.json cannot be read')
    await cp(FOLDER, copy, { recursive: true })
    await truncate(join(copy, 'names.onnx'), 1000)
    expect(await refusal()).toContain('names.onnx has 1000 bytes')
    const net = await readFile(join(FOLDER, 'names.onnx'))
    net[5000] = (net[5000] ?? 0) ^ 1
    await writeFile(join(copy, 'names.onnx'), net)
    expect(await refusal()).toContain('names.onnx has another SHA-256')
    await rm(join(copy, 'pieces.bin'))
    expect(await refusal()).toContain('cannot be read')
    const manifest: Record<string, unknown> = JSON.parse(await readFile(join(FOLDER, 'manifest.json'), 'utf8'))
    await writeFile(join(copy, 'manifest.json'), JSON.stringify({ ...manifest, format: 99 }))
    expect(await refusal()).toContain('another version')
    await writeFile(join(copy, 'manifest.json'), '{')
    expect(await refusal()).toContain('is no JSON')
  })
})
