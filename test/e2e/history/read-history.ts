import {
  type Client,
  defaultPayloadConverter,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client'

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>
type HistoryEvent = NonNullable<History['events']>[number]
type Payloads = NonNullable<NonNullable<HistoryEvent['activityTaskCompletedEventAttributes']>['result']>

/** A step of a request as the history tells it. */
export interface Step {
  activity: string
  /** Of a local activity its result; of a regular one too, once it has completed. */
  result: unknown
}

export interface ReadHistory {
  raw: History
  /** Names of the events, without their common prefix. */
  events: string[]
  steps: Step[]
  /** Result of the workflow, or its failure. */
  result: unknown
  failure: { type: string; message: string; details: unknown[]; nonRetryable: boolean } | null
  description: WorkflowExecutionDescription
}

export async function readHistory(client: Client, workflowId: string): Promise<ReadHistory> {
  const handle = client.workflow.getHandle(workflowId)
  await handle.result().catch(() => undefined)
  const raw = await handle.fetchHistory()
  const list = raw.events ?? []
  return {
    raw,
    events: list.map((event) => nameOf(event)),
    steps: list.flatMap((event) => stepOf(event, list)),
    result: opened(list.at(-1)?.workflowExecutionCompletedEventAttributes?.result)[0] ?? null,
    failure: failureOf(list.at(-1)),
    description: await handle.describe(),
  }
}

/** Every text in the history but the field names of its own protocol: payloads opened, summaries, failures. */
export function textsOf(history: History): string[] {
  const texts: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value)
    else if (value instanceof Uint8Array) texts.push(...jsonTexts(value))
    else if (Array.isArray(value)) value.forEach(walk)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk)
  }
  walk(history)
  return texts
}

function jsonTexts(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('utf8')
  const texts: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value)
    else if (Array.isArray(value)) value.forEach(walk)
    else if (typeof value === 'object' && value !== null) {
      texts.push(...Object.keys(value))
      Object.values(value).forEach(walk)
    }
  }
  try {
    walk(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    texts.push(text)
  }
  return texts
}

function nameOf(event: HistoryEvent): string {
  const attributes = Object.keys(event).find(
    (key) => key.endsWith('EventAttributes') && event[key as keyof HistoryEvent],
  )
  return (attributes ?? 'unknown').replace(/EventAttributes$/, '')
}

function stepOf(event: HistoryEvent, all: readonly HistoryEvent[]): Step[] {
  const marker = event.markerRecordedEventAttributes
  // A patch leaves a marker, too, which is no step.
  if (marker?.details?.data) {
    const data = opened(marker.details.data)[0] as { activity_type: string }
    return [{ activity: data.activity_type, result: opened(marker.details?.result)[0] }]
  }
  const completed = event.activityTaskCompletedEventAttributes
  if (!completed) return []
  const scheduled = all.find((one) => String(one.eventId) === String(completed.scheduledEventId))
  const activity = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name ?? ''
  return [{ activity, result: opened(completed.result)[0] }]
}

function opened(payloads: Payloads | null | undefined): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload))
}

function failureOf(last: HistoryEvent | undefined): ReadHistory['failure'] {
  const failure = last?.workflowExecutionFailedEventAttributes?.failure
  if (!failure) return null
  const info = failure.applicationFailureInfo
  return {
    type: info?.type ?? '',
    message: failure.message ?? '',
    details: opened(info?.details),
    nonRetryable: info?.nonRetryable ?? false,
  }
}
