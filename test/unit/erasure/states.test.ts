import { describe, expect, it } from 'vitest'
import { hasEnded, statesBefore } from '../../../src/domain/erasure/states.ts'

describe("an erasure's states", () => {
  it('end in completed and refused, and only there', () => {
    const states = ['pending', 'awaiting_approval', 'running', 'completed', 'refused', 'failed'] as const
    expect(states.filter(hasEnded)).toEqual(['completed', 'refused'])
    for (const state of states) {
      expect(statesBefore(state)).not.toContain('completed')
      expect(statesBefore(state)).not.toContain('refused')
    }
  })

  it('lead to completed from running alone: never past an approval that is waited for', () => {
    expect(statesBefore('completed')).toEqual(['running'])
    expect(statesBefore('awaiting_approval').sort()).toEqual(['awaiting_approval', 'running'])
    expect(statesBefore('refused').sort()).toEqual(['awaiting_approval', 'running'])
  })

  it('lead back from failed: what was begun is finished', () => {
    expect(statesBefore('running')).toContain('failed')
    expect(statesBefore('pending')).toContain('failed')
  })
})
