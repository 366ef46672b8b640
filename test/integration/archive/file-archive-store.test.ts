import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { FileArchiveStore } from '../../../src/adapters/archive/files/file-archive-store.ts'
import { describeArchiveStore } from '../../support/archive/store-contract.ts'

const root = mkdtempSync(join(tmpdir(), 'palimpsest-archive-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describeArchiveStore('in files', () => new FileArchiveStore(join(root, 'contract')), 3_000_000)
