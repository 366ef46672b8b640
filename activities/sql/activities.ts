import { createRestorer } from '../../src/domain/redaction/restore.ts'
import type { DataKey } from '../../src/domain/sealing/seal.ts'
import { statementIn, statementMessages, wordMessages } from '../../src/domain/sql-guard/question.ts'
import {
  type AskedQuestion,
  openQuestionField,
  type QuestionAnswer,
  sealQuestionField,
  type WrittenStatement,
} from '../../src/domain/sql-guard/question-sealing.ts'
import { restoreLiterals } from '../../src/domain/sql-guard/restore-literals.ts'
import type { StoredQuestion } from '../../src/ports/database-questions.ts'
import { KeyDestroyed } from '../../src/ports/key-service.ts'
import { withoutData } from '../without-data.ts'
import type { QuestionDeps } from './deps.ts'
import type { QuestionActivities, RunResult, WordResult, WriteResult } from './types.ts'

/** The steps of `askDatabase`. Each looks first whether it was done before. */
export function createQuestionActivities(deps: QuestionDeps): QuestionActivities {
  const activities: QuestionActivities = {
    writeStatement: ({ questionId, round }) =>
      unlessErased<WriteResult>({ kind: 'failed', code: 'subject_erased', requestId: null }, async () => {
        const open = await openQuestion(deps, questionId)
        return open ? writeStatement(deps, open, round) : { kind: 'failed', code: 'subject_erased', requestId: null }
      }),

    runStatement: ({ questionId, round }) =>
      unlessErased<RunResult>({ kind: 'failed', code: 'subject_erased' }, async () => {
        const open = await openQuestion(deps, questionId)
        return open ? runStatement(deps, open, round) : { kind: 'failed', code: 'subject_erased' }
      }),

    wordAnswer: ({ questionId }) =>
      unlessErased<WordResult>({ requestId: null, code: 'subject_erased' }, async () => {
        const open = await openQuestion(deps, questionId)
        return open ? wordAnswer(deps, open) : { requestId: null, code: 'subject_erased' }
      }),

    async endQuestion({ questionId, state, code }) {
      await deps.questions.end(questionId, state, code)
      deps.ended(questionId)
    },
  }
  return withoutData(activities, 'a step of the question could not be done and is tried again')
}

interface OpenQuestion {
  stored: StoredQuestion
  dataKey: DataKey
  asked: AskedQuestion
  statements: readonly WrittenStatement[]
}

async function openQuestion(deps: QuestionDeps, id: string): Promise<OpenQuestion | undefined> {
  const stored = await deps.questions.open(id)
  if (!stored) return undefined
  const dataKey = await deps.keys.dataKey(stored.dataKeyId)
  return {
    stored,
    dataKey,
    asked: openQuestionField<AskedQuestion>(stored, dataKey, 'question', stored.sealedQuestion),
    statements: stored.sealedStatement
      ? openQuestionField<WrittenStatement[]>(stored, dataKey, 'statement', stored.sealedStatement)
      : [],
  }
}

/** Their person was erased meanwhile: nothing of the question can be read any more. */
async function unlessErased<T>(erased: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KeyDestroyed) return erased
    throw error
  }
}

async function writeStatement(deps: QuestionDeps, open: OpenQuestion, round: number): Promise<WriteResult> {
  const { stored, asked, statements } = open
  const before = statements[round]
  if (before) return { kind: 'statement', requestId: before.requestId }
  await deps.questions.noteRound(stored.id, round, { entryId: deps.newEntryId(), at: deps.now(), requestId: null })
  const { views } = await deps.queries.describe(stored.tenantId, asked.database)
  const refused = statements.flatMap(({ text, placeholders, refusal }) =>
    refusal ? [{ sql: createRestorer(placeholders).restoreText(text), ...refusal }] : [],
  )
  const messages = statementMessages(views, deps.limitsOf(asked.database), asked.question, refused)
  const answer = await ask(deps, open, messages, `statement-${round}`)
  if (answer.kind === 'failed') return { kind: 'failed', code: answer.code, requestId: answer.requestId }
  const { requestId, placeholders } = answer
  const text = statementIn(answer.content)
  if (text === null) return { kind: 'failed', code: 'no_statement', requestId }
  const written = [...statements, { text, placeholders, requestId, refusal: null }]
  await deps.questions.noteStatement(stored.id, round, requestId, sealed(deps, open, 'statement', written))
  return { kind: 'statement', requestId }
}

async function runStatement(deps: QuestionDeps, open: OpenQuestion, round: number): Promise<RunResult> {
  const { stored, asked, statements } = open
  const [noted, statement] = [stored.rounds[round], statements[round]]
  if (!noted || !statement) throw new Error('a statement that was not written')
  const { entryId } = noted
  if (stored.sealedAnswer) {
    const { rows } = openQuestionField<QuestionAnswer>(stored, open.dataKey, 'answer', stored.sealedAnswer)
    return { kind: 'answered', entryId, rows: rows.length, inWords: asked.inWords }
  }
  const sql = restored(deps, statement)
  const outcome = await deps.queries.run({
    entryId,
    at: deps.now(),
    caller: stored.caller,
    subject: { pseudonym: stored.subjectPseudonym, dataKey: open.dataKey },
    tool: asked.headers['x-tool-name'] ?? 'sql',
    database: asked.database,
    sql,
    recorded: statement.text,
    parentRequest: statement.requestId,
    signal: deps.goneOf(stored.id),
  })
  if (outcome.kind === 'failed') return { kind: 'failed', code: outcome.code }
  if (outcome.kind === 'refused') {
    const { code, message, position } = outcome
    const refused = statements.with(round, { ...statement, refusal: { code, message, position } })
    await deps.questions.noteStatement(stored.id, round, statement.requestId, sealed(deps, open, 'statement', refused))
    return { kind: 'refused', entryId, code, mendable: !PAST_MENDING.has(code) }
  }
  const { columns, rows, truncated } = outcome.rows
  const answer: QuestionAnswer = { sql, columns, rows, truncated, words: null }
  await deps.questions.noteAnswer(stored.id, sealed(deps, open, 'answer', answer))
  return { kind: 'answered', entryId, rows: rows.length, inWords: asked.inWords }
}

/** Another statement to the same question would hardly be faster. */
const PAST_MENDING = new Set(['sql_timeout', 'sql_too_long', 'sql_failed'])

/** Values come back before the guard reads it, as constants. */
function restored({ parser }: QuestionDeps, { text, placeholders }: WrittenStatement): string {
  try {
    return restoreLiterals(text, parser.tokens(text), placeholders)
  } catch {
    // It has no tokens: the guard says where it ends being SQL.
    return text
  }
}

async function wordAnswer(deps: QuestionDeps, open: OpenQuestion): Promise<WordResult> {
  const { stored, dataKey, asked } = open
  if (!stored.sealedAnswer) throw new Error('rows that were not read')
  const answer = openQuestionField<QuestionAnswer>(stored, dataKey, 'answer', stored.sealedAnswer)
  const reply = await ask(deps, open, wordMessages(asked.question, answer), 'words')
  if (reply.kind === 'failed') return { requestId: reply.requestId, code: reply.code }
  const words = reply.content === null ? null : createRestorer(reply.placeholders).restoreText(reply.content)
  await deps.questions.noteAnswer(stored.id, sealed(deps, open, 'answer', { ...answer, words }))
  return { requestId: reply.requestId, code: null }
}

function ask(deps: QuestionDeps, { stored, asked }: OpenQuestion, messages: object[], step: string) {
  const { model, user, headers } = asked
  return deps.chat.ask({
    caller: stored.caller,
    headers: { ...headers, 'idempotency-key': `question ${stored.id} ${step}` },
    body: { model, messages, ...(user !== null && { user }) },
  })
}

function sealed(deps: QuestionDeps, { stored, dataKey }: OpenQuestion, field: 'statement' | 'answer', value: object) {
  return sealQuestionField(stored, dataKey, field, value, deps.randomBytes)
}
