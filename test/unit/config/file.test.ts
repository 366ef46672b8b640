import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfigFile } from '../../../src/config/file.ts'
import { file } from './support.ts'

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is read', () => {
    const path = join(folder, 'a.yaml')
    writeFileSync(path, file())
    expect(loadConfigFile(path, {}).source).toBe(path)
  })

  it('that cannot be read is refused with the reason', () => {
    expect(() => loadConfigFile(join(folder, 'none.yaml'), {})).toThrow('names a file that cannot be read (ENOENT)')
  })
})
