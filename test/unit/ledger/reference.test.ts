import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../ledger_reference.py', import.meta.url))

describe('a second implementation, in Python, written from docs/ledger.md', () => {
  it('agrees with every vector', { timeout: 60_000 }, (context) => {
    const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'])
    context.skip(python.status !== 0, 'Python 3.8 or newer is not on the PATH as python3')
    const run = spawnSync('python3', ['-I', script], { encoding: 'utf8' })
    expect(run.stdout).toMatch(/^\d{3,} hold, 0 do not\n$/)
    expect(run.status).toBe(0)
  })
})
