import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { envelopeFromJson } from '../../../src/domain/ledger/envelope-json.ts'
import { verifyEpochOpening } from '../../../src/domain/ledger/epoch.ts'
import { statedRotation, verifyRotation } from '../../../src/domain/ledger/rotation.ts'
import { parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { codeOf, readVectors } from './vectors.ts'

interface Row {
  why: string
  envelope: Record<string, unknown>
  trusted: string[]
  result: string
}

const file = readVectors('rotations.json') as {
  rotations: Row[]
  openings: Row[]
  checkpoint: string
  checkpoint_trusted: string[][]
}

describe('a rotation of a log key', () => {
  it.each(file.rotations.map((row) => [row.why, row] as const))('%s', (_why, row) => {
    const run = () => verifyRotation(envelopeFromJson(row.envelope), row.trusted.map(parseVkey))
    expect(codeOf(run)).toBe(row.result)
  })

  it.each([
    ['without one of its members', (stated: Record<string, unknown>) => delete stated.old_signature],
    ['with one member more', (stated: Record<string, unknown>) => Object.assign(stated, { more: 1 })],
    ['with a time that is text', (stated: Record<string, unknown>) => Object.assign(stated, { rotated_at: '1' })],
    ['with a key that is none', (stated: Record<string, unknown>) => Object.assign(stated, { new_key: 'a+b+c' })],
    ['with a key that is a number', (stated: Record<string, unknown>) => Object.assign(stated, { new_key: 7 })],
  ])('%s is malformed', (_what, change) => {
    const [row] = file.rotations as [Row]
    const detail = JSON.parse(row.envelope.detail as string) as { log_key_rotation: Record<string, unknown> }
    change(detail.log_key_rotation)
    const envelope = { ...envelopeFromJson(row.envelope), detail: JSON.stringify(detail) }
    expect(codeOf(() => statedRotation(envelope))).toBe('ledger_malformed')
  })

  it('is not what an entry of another kind says', () => {
    const [row] = file.rotations as [Row]
    expect(statedRotation({ ...envelopeFromJson(row.envelope), kind: 'interaction' })).toBeNull()
  })
})

describe('in the overlap', () => {
  it.each(file.openings.map((row) => [row.why, row] as const))('of a writer whom %s', (_why, row) => {
    const run = () => verifyEpochOpening(envelopeFromJson(row.envelope), row.trusted.map(parseVkey))
    expect(codeOf(run)).toBe(row.result)
  })

  it('a checkpoint verifies for who knows the old key, the new one, or both', () => {
    for (const trusted of file.checkpoint_trusted) {
      expect(openCheckpoint(file.checkpoint, trusted.map(parseVkey)).note.verified).toHaveLength(trusted.length)
    }
  })
})
