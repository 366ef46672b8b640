import { proxyLocalActivities } from '@temporalio/workflow'
import type { QuestionActivities } from '../activities/sql/types.ts'

/** Input of the workflow `question/<questionId>`. */
export interface QuestionInput {
  questionId: string
}

export interface QuestionResult {
  state: 'answered' | 'refused' | 'failed'
  code: string | null
  /** Requests to a model, and entries of statements, in turn. */
  requests: string[]
  entries: string[]
  rows: number | null
}

const local = proxyLocalActivities<QuestionActivities>({
  startToCloseTimeout: '20 minutes',
  scheduleToCloseTimeout: '2 hours',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '15 seconds' },
  localRetryThreshold: '30 seconds',
})

/** A first statement, and one more where it is refused. */
const ROUNDS = 2

/** One question to a database: a model writes a statement, the guard decides, the database answers. The history holds ids and codes. */
export async function askDatabase({ questionId }: QuestionInput): Promise<QuestionResult> {
  const result: QuestionResult = { state: 'refused', code: null, requests: [], entries: [], rows: null }
  for (let round = 0; round < ROUNDS; round++) {
    const written = await local.writeStatement({ questionId, round })
    if (written.requestId !== null) result.requests.push(written.requestId)
    if (written.kind === 'failed') {
      Object.assign(result, { state: 'failed', code: written.code })
      break
    }
    const ran = await local.runStatement({ questionId, round })
    if (ran.kind === 'failed') {
      Object.assign(result, { state: 'failed', code: ran.code })
      break
    }
    result.entries.push(ran.entryId)
    if (ran.kind === 'answered') {
      Object.assign(result, { state: 'answered', code: null, rows: ran.rows })
      if (ran.inWords) {
        const { requestId } = await local.wordAnswer({ questionId })
        if (requestId !== null) result.requests.push(requestId)
      }
      break
    }
    result.code = ran.code
    if (!ran.mendable) break
  }
  await local.endQuestion({ questionId, state: result.state, code: result.code })
  return result
}
