import type { Client } from '@temporalio/client'
import { createHistoryActivities } from '../../activities/histories/activities.ts'
import { createArchivedHistories } from '../adapters/postgres/histories/archived-histories.ts'
import { createHistoryArchive } from '../adapters/postgres/histories/history-archive.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { createClosedRuns } from '../adapters/temporal/export-history.ts'
import type { ApiDeps, Log } from '../api/deps.ts'
import { toolPolicy } from '../config/tools.ts'
import type { Config } from '../config/types.ts'
import { DEFAULT_HISTORY_POLICY, HISTORIES_NEED_MS, keepsHistory } from '../domain/retention/history-policy.ts'
import type { ArchiveObjects } from '../ports/archive-reader.ts'
import type { HistoryArchive, ReadArchivedHistories } from '../ports/history-archive.ts'

/** Histories beside their entries, and how far the rounds have come. */
export interface HistoryStores {
  archive: HistoryArchive
  /** What has left the database. */
  archived: ReadArchivedHistories
  /** Seconds since the end of the oldest run that no round has looked at; 0 before the first round. */
  unexportedSeconds(): number
  /** Reads how far the rounds have come. */
  watch(): Promise<void>
  /** Notes how many milliseconds Temporal keeps ended runs. */
  noteKept(keptForMs: number): void
  /** @throws Error where histories are about to be lost. */
  require(): void
}

/** Seconds by which rounds may be behind before somebody has to look. */
const BEHIND_SECONDS = 43_200

export function openHistoryStores(sql: Sql, objects: ArchiveObjects): HistoryStores {
  const archive = createHistoryArchive(sql)
  let looked: number | null = null
  let keptForMs = Number.POSITIVE_INFINITY
  const unexportedSeconds = () => (looked === null ? 0 : Math.max(0, Date.now() - looked) / 1000)
  return {
    archive,
    archived: createArchivedHistories({ sql, objects }),
    unexportedSeconds,
    async watch() {
      looked = await archive.lookedUntil()
    },
    noteKept(ms) {
      keptForMs = ms
    },
    require() {
      if (unexportedSeconds() > BEHIND_SECONDS) throw new Error('the rounds of exports are behind')
      if (keptForMs < HISTORIES_NEED_MS) throw new Error('Temporal forgets ended runs too soon')
    },
  }
}

export interface HistoryDeps {
  histories: HistoryStores
  client: Client
  taskQueue: string
  config: Config
  log: Log
}

export function buildHistoryActivities({ histories, client, taskQueue, config, log }: HistoryDeps): object {
  return createHistoryActivities({
    runs: createClosedRuns(client, taskQueue),
    archive: histories.archive,
    keeps(tenantId, tool, requestId) {
      const tenant = config.tenants.get(tenantId)
      const isHighRisk = toolPolicy(tenant ?? { tools: {} }, tool ?? '').risk === 'high'
      return keepsHistory(tenant?.retention.histories ?? DEFAULT_HISTORY_POLICY, requestId, isHighRisk)
    },
    now: Date.now,
    onKept(keptForMs) {
      histories.noteKept(keptForMs)
      if (keptForMs >= HISTORIES_NEED_MS) return
      log.warn(
        { keptHours: keptForMs / 3_600_000 },
        'Temporal forgets ended runs soon: keep them for 72 hours at least',
      )
    },
  })
}

/** What the API shows histories from: Temporal while it has them, then the database, then the archive. */
export function buildHistoryApi(
  { archive, archived }: HistoryStores,
  client: Client,
  taskQueue: string,
): Pick<ApiDeps, 'histories'> {
  return { histories: { runs: createClosedRuns(client, taskQueue), archive, archived } }
}
