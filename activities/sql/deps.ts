import type { SqlParser } from '../../src/domain/sql-guard/parser.ts'
import type { DatabaseSettings } from '../../src/domain/sql-guard/settings.ts'
import type { DatabaseQuestions } from '../../src/ports/database-questions.ts'
import type { GuardedQueries } from '../../src/ports/guarded-queries.ts'
import type { InnerChat } from '../../src/ports/inner-chat.ts'
import type { KeyService } from '../../src/ports/key-service.ts'

export interface QuestionDeps {
  questions: DatabaseQuestions
  queries: GuardedQueries
  parser: Pick<SqlParser, 'tokens'>
  chat: InnerChat
  keys: Pick<KeyService, 'dataKey'>
  limitsOf(database: string): DatabaseSettings['limits']
  /** Aborted when whoever waits for the answer in this process goes away. */
  goneOf(questionId: string): AbortSignal
  /** Tells whoever waits in this process. */
  ended(questionId: string): void
  newEntryId(): string
  now(): number
  randomBytes(length: number): Uint8Array
}
