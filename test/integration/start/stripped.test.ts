import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STRIPPED_FLAG } from '../../../bootstrap/lean.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Says in JSON whether Node's compiler of types was loaded, here and in a thread, and what the module exports. */
const SCRIPT = `
  import { isMainThread, parentPort, Worker } from 'node:worker_threads'
  const { isRedactedByDefault, value } = await import(process.env.MODULE)
  const isCompiled = process.moduleLoadList.some((name) => name.includes('deps/amaro'))
  const said = { isCompiled, value: value ?? isRedactedByDefault('PERSON') }
  if (!isMainThread) parentPort.postMessage(said)
  else new Worker(new URL(import.meta.url)).on('message', (thread) => console.log(JSON.stringify({ said, thread })))
`

describe('sources whose types were taken out before the start', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest stripped '))
    writeFileSync(join(folder, 'script.mjs'), SCRIPT)
    execFileSync(process.execPath, [join(root, 'bootstrap/strip-types.mjs')])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (module: string, flags: string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...flags, join(folder, 'script.mjs')], {
        // Without what another process compiled.
        env: { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_OPTIONS: '', MODULE: pathToFileURL(module).href },
        encoding: 'utf8',
      }),
    )
  const source = join(root, 'src/domain/redaction/entity-types.ts')

  it('run without a compiler in any thread', () => {
    const said = { isCompiled: false, value: true }
    expect(run(source, [STRIPPED_FLAG])).toEqual({ said, thread: said })
    const compiled = { isCompiled: true, value: true }
    expect(run(source, [])).toEqual({ said: compiled, thread: compiled })
  }, 60_000)

  it('are compiled as ever where one is new or changed', () => {
    const module = join(folder, 'module.ts')
    for (const value of [1, 2]) {
      writeFileSync(module, `export const value: number = ${value} // ${folder}\n`)
      const said = { isCompiled: true, value }
      expect(run(module, [STRIPPED_FLAG])).toEqual({ said, thread: said })
    }
  }, 60_000)
})
