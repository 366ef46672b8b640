import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEngineThreads } from '../../../src/adapters/pii/builtin/threads.ts'
import { readModelFiles } from '../../../src/adapters/pii/names/model-files.ts'
import { createNameModel } from '../../../src/adapters/pii/names/name-model.ts'
import type { NameSource } from '../../../src/ports/name-source.ts'
import { expectLinear } from '../../support/growth.ts'

const FOLDER = join(import.meta.dirname, '../../../models/names')

describe('the name model', () => {
  let model: NameSource
  beforeAll(async () => {
    model = await createNameModel(await readModelFiles(FOLDER))
  })

  it('finds persons, places and organisations with offsets into the text', async () => {
    const text = 'Dear Tobias Winkelmann,\nyour flight to Berlin is booked. 👩 Regards, Siobhan Murphy'
    const spans = (await model.read([text]))[0]?.names ?? []
    const found = spans.filter(({ score }) => score > 0.5).map((s) => [s.entityType, text.slice(s.start, s.end)])
    expect(found).toEqual([
      ['PERSON', 'Tobias Winkelmann'],
      ['LOCATION', 'Berlin'],
      ['PERSON', 'Siobhan Murphy'],
    ])
  })

  it('gives one list per text, in order, and none for texts without words', async () => {
    const answers = await model.read(['', 'My name is Anna Kowalska.', ' \n', '\ud800', 'the server is down'])
    expect(answers.map(({ names }) => names.filter(({ score }) => score > 0.5).length)).toEqual([0, 1, 0, 0, 0])
  })

  it('says the same of a text alone and among others', async () => {
    const texts = [
      'Call Ravi Krishnan.',
      'x'.repeat(5000),
      'Dear Mrs Oyelaran, thank you. Lukas',
      'in Ghent with Mathilda',
    ]
    const together = await model.read(texts)
    for (const [i, text] of texts.entries()) expect(await model.read([text])).toEqual([together[i]])
  })

  it('says the same of texts that are read at the same time, and after many others', async () => {
    const texts = Array.from({ length: 12 }, (_, i) =>
      `Zoltan Q${i}wx spoke with Siobhan Murphy about ticket ${i}. `.repeat(1 + (i % 4) * 6),
    )
    const fresh = await createNameModel(await readModelFiles(FOLDER))
    const alone: unknown[] = []
    for (const text of texts) alone.push((await fresh.read([text]))[0])
    const before = Array.from({ length: 600 }, (_, i) => `word${i} Mixed${i}Case xq${i}`).join(' ')
    await model.read([before])
    const atOnce = await Promise.all(texts.map((text) => model.read([text])))
    expect(atOnce.map(([reading]) => reading)).toEqual(alone)
  })

  it('finds what is somebody’s by its context, with offsets into the text', async () => {
    const text = '👩 Patient: Ngozi Adebayo, born 3 March 1974, hospital no. QX 5521-7, reachable after six.'
    const spans = (await model.read([text]))[0]?.identifiers ?? []
    const found = spans.map(({ kind, start, end }) => [kind, text.slice(start, end)])
    expect(found).toContainEqual(['ID', expect.stringMatching(/^QX 5521/)])
    expect(found).toContainEqual(['DOB', '3 March 1974'])
    for (const { score } of spans) expect(score > 0.4 && score <= 1).toBe(true)
  })

  it('finds a name wherever it stands in a long text', async () => {
    const filler = 'the report was sent to the office and nobody has read it so far. '
    const text = Array.from({ length: 1500 }, (_, i) =>
      i % 50 === 7 ? 'I spoke with Tobias Winkelmann. ' : filler,
    ).join('')
    const spans = (await model.read([text]))[0]?.names ?? []
    const found = new Set(
      spans.filter((s) => s.entityType === 'PERSON').map(({ start, end }) => text.slice(start, end)),
    )
    const count = spans.filter(({ start, end }) => text.slice(start, end) === 'Tobias Winkelmann').length
    expect(count).toBe(30)
    expect([...found]).toEqual(['Tobias Winkelmann'])
  })

  it.each(['a@', '0123456789', '([{', 'ab@ab.', 'YWJjZGVmZ2hpamtsbW5v', '\n\n \t', 'a\u0301\u0302'])(
    'reads a megabyte of %j in linear time',
    { timeout: 60_000 },
    (part) => expectLinear(1_000_000, (length) => model.read([part.repeat(length / part.length)])),
  )
})

describe('a model folder that is not as released', () => {
  let copy: string
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'names-'))
  })
  afterAll(() => rm(copy, { recursive: true }))

  const refusal = async (): Promise<string> => {
    const engine = startEngineThreads({ models: copy, threads: 1 })
    await expect(engine).rejects.toMatchObject({ code: 'name_model_invalid' })
    return engine.then(
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
