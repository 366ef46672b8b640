import type { ErasureState } from './types.ts'

/** Where a case may go from each state. One that failed is taken up again: by its own workflow, or when it is asked for again. */
const TRANSITIONS: Readonly<Record<ErasureState, readonly ErasureState[]>> = {
  pending: ['pending', 'running', 'failed'],
  running: ['running', 'pending', 'awaiting_approval', 'completed', 'refused', 'failed'],
  awaiting_approval: ['awaiting_approval', 'pending', 'running', 'refused', 'failed'],
  failed: ['failed', 'pending', 'running'],
  completed: [],
  refused: [],
}

/** States from which a case may go to this one. */
export function statesBefore(state: ErasureState): ErasureState[] {
  return (Object.keys(TRANSITIONS) as ErasureState[]).filter((from) => TRANSITIONS[from].includes(state))
}

/** Whether a case in this state will never change again. */
export function hasEnded(state: ErasureState): boolean {
  return TRANSITIONS[state].length === 0
}
