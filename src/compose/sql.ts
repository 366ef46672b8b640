import { randomBytes } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { createQuestionActivities } from '../../activities/sql/activities.ts'
import type { QuestionActivities } from '../../activities/sql/types.ts'
import { openSqlParser } from '../adapters/pg-parser/sql-parser.ts'
import { createQueryDatabase } from '../adapters/postgres/query/query-database.ts'
import { createGuardedQueries } from '../adapters/sql/guarded-queries.ts'
import { createQuestionStarter } from '../adapters/temporal/question-starter.ts'
import { createInnerChat } from '../api/inner-call.ts'
import { type SqlDesk, WaitingQuestions } from '../api/sql/desk.ts'
import { DEFAULT_DATABASE_LIMITS } from '../domain/sql-guard/settings.ts'
import { PalimpsestError } from '../errors.ts'
import type { InnerChat } from '../ports/inner-chat.ts'
import type { RequestPolicy } from '../ports/request-policy.ts'
import { newEntryId } from './new-entry-id.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

export interface SqlParts {
  desk: SqlDesk
  activities: QuestionActivities
  /** Questions go by this API's own requests: it comes up after the steps that ask it. */
  serveWith(api: Parameters<typeof createInnerChat>[0]): void
  close(): Promise<void>
}

/**
 * Databases that a model's SQL may be run on. One whose login may do too much refuses the start; one that is away is looked at before
 * its first statement. @throws PalimpsestError `database_role_too_strong`
 */
export async function openSql(
  settings: GatewaySettings,
  stores: Pick<Stores, 'ledger' | 'entries' | 'keys' | 'questions'>,
  policy: RequestPolicy,
  client: Client,
): Promise<SqlParts> {
  const databases = (settings.config.databases ?? []).map((one) => ({
    settings: one,
    database: createQueryDatabase(one, { now: Date.now }),
  }))
  const close = async () => {
    await Promise.all(databases.map(({ database }) => database.close()))
  }
  for (const one of databases)
    await look(one.database, settings).catch((error) => close().then(() => Promise.reject(error)))
  const { ledger, entries, keys, questions } = stores
  const parser = await openSqlParser()
  const common = { now: Date.now, randomBytes }
  const queries = createGuardedQueries({
    ...{ databases, parser, ledger, entries },
    retentionClass: (tenantId, tool) => policy.retentionClass(tenantId, tool),
    ...common,
  })
  const waiting = new WaitingQuestions()
  const settingsOf = (name: string) => databases.find((one) => one.settings.name === name)?.settings
  let chat: InnerChat | null = null
  return {
    close,
    serveWith(api) {
      chat = createInnerChat(api)
    },
    desk: {
      ...{ queries, questions, waiting },
      starter: createQuestionStarter(client, settings.taskQueue),
      modelOf: (name) => settingsOf(name)?.model ?? null,
    },
    activities: createQuestionActivities({
      ...{ questions, queries, parser, keys },
      chat: {
        ask: (request) => (chat === null ? Promise.reject(new Error('the API is not up yet')) : chat.ask(request)),
      },
      limitsOf: (name) => settingsOf(name)?.limits ?? DEFAULT_DATABASE_LIMITS,
      goneOf: (id) => waiting.goneOf(id),
      ended: (id) => waiting.ended(id),
      newEntryId,
      ...common,
    }),
  }
}

async function look(
  database: { name: string; describe(): Promise<unknown> },
  { log }: Pick<GatewaySettings, 'log'>,
): Promise<void> {
  try {
    await database.describe()
  } catch (error) {
    const code = error instanceof PalimpsestError ? error.code : 'unknown'
    if (code === 'database_role_too_strong') throw error
    log.warn({ database: database.name, code }, 'a database for statements cannot be looked at yet')
  }
}
