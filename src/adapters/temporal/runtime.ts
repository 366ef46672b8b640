import { DefaultLogger, Runtime } from '@temporalio/worker'

interface Log {
  info(fields: Record<string, string | number | boolean | null>, message: string): void
  warn(fields: Record<string, string | number | boolean | null>, message: string): void
}

const FIELDS = ['workflowId', 'activityType', 'attempt', 'state', 'taskQueue'] as const
/** The SDK's warning of a workflow task that takes long: here a model that does. */
const LONG_TASK = '[TMPRL1104]'
let installed = false

/**
 * The SDK's runtime, once a process: it leaves signals to us, and logs names and ids through our log, its native part
 * included, never an error's message or a payload.
 */
export function installRuntime(log: Log): void {
  if (installed) return
  installed = true
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    if (message.startsWith(LONG_TASK)) return
    const fields: Record<string, string | number | boolean | null> = {}
    for (const name of FIELDS) {
      const value = meta?.[name]
      if (typeof value === 'string' || typeof value === 'number') fields[name] = value
    }
    const type = (meta?.error as { type?: unknown } | undefined)?.type
    if (typeof type === 'string') fields.failure = type
    if (level === 'WARN' || level === 'ERROR') log.warn(fields, message)
    else log.info(fields, message)
  })
  const logging = { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } as const
  const runtime = Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } })
  // To bring them into order, the SDK keeps whatever is logged for a tenth of a second, traces that are thrown away then too, and
  // with them each activation whole: they outlived the collector's young generation and filled the old one.
  Reflect.set(runtime.logger, 'severity', Reflect.get(logger, 'severity'))
}
