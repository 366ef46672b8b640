import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { PalimpsestError } from '../../errors.ts'

/** The types of search attributes, as `temporal.api.enums.v1.IndexedValueType` numbers them. */
const ATTRIBUTE_TYPES = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const

export type SearchAttributeType = keyof typeof ATTRIBUTE_TYPES

export interface NamespaceWish {
  namespace: string
  /** How long closed workflows are kept. */
  retentionDays: number
  searchAttributes: Readonly<Record<string, SearchAttributeType>>
}

const POLL_EVERY_MS = 50
const CALL_TIME_LIMIT_MS = 5_000

/**
 * Waits until the server answers for the namespace, then brings it to what is wanted. The server's start-up flags do
 * this only for a namespace they make; here it also holds for one that an earlier version made.
 *
 * Returns false when `isRunning` says that the server has ended, or the time is over.
 *
 * @throws PalimpsestError `temporal_namespace_failed`
 */
export async function ensureNamespace(
  address: string,
  wish: NamespaceWish,
  waiting: { isRunning: () => boolean; timeLimitMs: number },
): Promise<boolean> {
  const connection = Connection.lazy({ address })
  try {
    const retentionSeconds = await waitForNamespace(connection, wish.namespace, waiting)
    if (retentionSeconds === null) return false
    await connection.withDeadline(Date.now() + CALL_TIME_LIMIT_MS, async () => {
      if (retentionSeconds !== wish.retentionDays * 86_400) await setRetention(connection, wish)
      await addMissingAttributes(connection, wish)
    })
    return await waitForAttributes(connection, wish, waiting)
  } catch (cause) {
    if (cause instanceof PalimpsestError) throw cause
    throw failure(cause instanceof Error ? cause.message : String(cause), cause)
  } finally {
    await connection.close()
  }
}

async function waitForNamespace(
  connection: Connection,
  namespace: string,
  waiting: { isRunning: () => boolean; timeLimitMs: number },
): Promise<number | null> {
  const deadline = Date.now() + waiting.timeLimitMs
  while (waiting.isRunning() && Date.now() < deadline) {
    try {
      const description = await connection.withDeadline(Date.now() + 1_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      )
      return Number(description.config?.workflowExecutionRetentionTtl?.seconds ?? 0)
    } catch (error) {
      if (!isNotYet(error)) throw error
      await sleep(POLL_EVERY_MS)
    }
  }
  return null
}

/** gRPC's codes of a server, or a namespace, that is still coming up. */
function isNotYet(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const [deadlineExceeded, notFound, unavailable] = [4, 5, 14]
  return code === deadlineExceeded || code === notFound || code === unavailable
}

async function setRetention(connection: Connection, wish: NamespaceWish): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace: wish.namespace,
    config: { workflowExecutionRetentionTtl: msToTs(wish.retentionDays * 86_400_000) },
  })
}

async function addMissingAttributes(connection: Connection, wish: NamespaceWish): Promise<void> {
  const wanted = Object.entries(wish.searchAttributes)
  if (wanted.length === 0) return
  const listed = await connection.operatorService.listSearchAttributes({ namespace: wish.namespace })
  const missing = wanted.filter(([name, type]) => {
    const found = listed.customAttributes?.[name]
    if (found === undefined) return true
    if (found !== ATTRIBUTE_TYPES[type]) throw failure(`the search attribute ${name} is registered with another type`)
    return false
  })
  if (missing.length === 0) return
  await connection.operatorService.addSearchAttributes({
    namespace: wish.namespace,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, ATTRIBUTE_TYPES[type]])),
  })
}

/** A start of a workflow and a search read the attributes' names from a cache that is renewed every two seconds. */
async function waitForAttributes(
  connection: Connection,
  { namespace, searchAttributes }: NamespaceWish,
  waiting: { isRunning: () => boolean; timeLimitMs: number },
): Promise<boolean> {
  const query = Object.keys(searchAttributes)
    .map((name) => `${name} IS NULL`)
    .join(' AND ')
  const deadline = Date.now() + waiting.timeLimitMs
  while (waiting.isRunning() && Date.now() < deadline) {
    try {
      await connection.withDeadline(Date.now() + CALL_TIME_LIMIT_MS, () =>
        connection.workflowService.countWorkflowExecutions({ namespace, query }),
      )
      return true
    } catch (error) {
      if (!isUnknownAttribute(error) && !isNotYet(error)) throw error
      await sleep(POLL_EVERY_MS)
    }
  }
  return false
}

function isUnknownAttribute(error: unknown): boolean {
  const invalidArgument = 3
  return error instanceof Error && 'code' in error && error.code === invalidArgument
}

function failure(reason: string, cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'temporal_namespace_failed',
    status: 503,
    message: `The namespace of the embedded Temporal server could not be set up: ${reason}.`,
    cause,
  })
}
