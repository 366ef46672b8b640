import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import type { NativeConnection } from '@temporalio/worker'
import { createKeyActivities } from '../../activities/keys/activities.ts'
import { createRequestActivities } from '../../activities/request/activities.ts'
import { breakOffErased } from '../../activities/request/erased.ts'
import type { QuestionActivities } from '../../activities/sql/types.ts'
import { connectTemporal, temporalUnavailable } from '../adapters/temporal/connect.ts'
import { createRequestStarter } from '../adapters/temporal/request-starter.ts'
import { installRuntime } from '../adapters/temporal/runtime.ts'
import { ensureSchedules } from '../adapters/temporal/schedules.ts'
import { registerSearchAttributes } from '../adapters/temporal/search-attributes.ts'
import { tracedStarts } from '../adapters/temporal/tracing/interceptors.ts'
import { createWorker, loadWorkflowBundle } from '../adapters/temporal/worker.ts'
import { createApi } from '../api/app.ts'
import type { DependencyState } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import type { HintFinder } from '../background/hints.ts'
import { ConfigInForce } from '../config/in-force.ts'
import { requestPolicyOf } from '../config/request-policy.ts'
import type { Tracing } from '../ports/tracing.ts'
import { buildArchiveActivities, buildArchiveApi } from './archive.ts'
import { buildWebhookActivities, startBudgetWatch } from './budget-watch.ts'
import { buildCostApi } from './costs.ts'
import { buildErasureActivities, buildErasureApi } from './erasure.ts'
import { openHints } from './hints.ts'
import { buildHistoryActivities, buildHistoryApi } from './histories.ts'
import { type Intake, openIntake } from './intake.ts'
import { buildLedgerActivities } from './ledger-activities.ts'
import { startLedgerRounds } from './ledger-rounds.ts'
import { listen } from './listen.ts'
import { startLoops } from './loops.ts'
import { buildMoney } from './money.ts'
import { countedActivities, countedLedger, timedEngine } from './observed.ts'
import { observedProviders } from './observed-providers.ts'
import { rememberOffered } from './offered-models.ts'
import { openPiiEngine } from './pii-engine.ts'
import { policyDesk, watchPolicies } from './policies.ts'
import { buildProviders } from './providers.ts'
import { buildReportActivities, buildReportApi } from './reports.ts'
import type { GatewaySettings } from './settings.ts'
import { openSql } from './sql.ts'
import { openStores, type Stores } from './stores.ts'
import { openTimeStamper } from './time-stamper.ts'
import { aroundSteps, openTracing } from './tracing.ts'

export interface Gateway {
  url: string
  /** Accepts nothing new, lets what is in flight finish, stops. Safe to call twice. */
  stop(): Promise<void>
  /** Rejects when the gateway can no longer work. */
  failed: Promise<never>
}

const WORKFLOWS = fileURLToPath(new URL('../../workflows', import.meta.url))
/** Milliseconds that requests in flight get to finish when the gateway stops. */
const DRAIN_MS = 30_000
/** Milliseconds that Temporal gets to answer at start. */
const TEMPORAL_WITHIN_MS = 20_000

/** Builds the gateway over its stores and Temporal and serves HTTP. A missing dependency refuses the start. */
export async function startGateway(given: GatewaySettings): Promise<Gateway> {
  const inForce = new ConfigInForce(given.config, { hasPresidio: given.env.presidioUrl !== null })
  return startOver({ ...given, config: inForce.config }, inForce)
}

async function startOver(settings: GatewaySettings, inForce: ConfigInForce): Promise<Gateway> {
  const { env, config, log, version } = settings
  installRuntime(log)
  const now = Date.now
  const intake = await openIntake(settings)
  const { inFlight, metrics } = intake
  const tracing = await openTracing(settings, metrics)
  const providers = buildObservedProviders(settings, { metrics, tracing })
  const policy = requestPolicyOf(config, new Set(providers.keys()))
  const { engine, close: closeEngine } = await openTimedEngine(settings, metrics)
  const [stores, bundle, connection] = await Promise.all([
    openCountedStores(settings, metrics),
    loadWorkflowBundle(WORKFLOWS, settings.cacheFolder, tracing !== null),
    connectTemporal(temporalOf(settings)),
  ])
  showLags(metrics, stores)
  breakOffErased({ keys: stores.keys, inFlight })
  const policyWatch = await watchPolicies({ ...settings, ...stores, inForce })
  const ledgerRounds = await startLedgerRounds(stores, { inForce, watch: policyWatch }, log)
  const client = await openClient(connection, settings, tracing)
  const starter = createRequestStarter(client, settings.taskQueue)
  const sql = await openSql(settings, stores, policy, client)
  const shared = { ...buildMoney(config), now, randomBytes, log }
  const activities = await createActivities({ ...settings, sql: sql.activities }, stores, client, metrics, {
    ...stores,
    engine,
    policy,
    providers,
    inFlight,
    ...shared,
  })
  const worker = await createWorker({ ...workOf(settings, tracing), connection, activities, bundle })
  const running = worker.run()
  let draining = false
  const budgetWatch = startBudgetWatch({ ...settings, ...shared, stores, client, metrics })
  const loops = startLoops({ stores, starter, inFlight, metrics, log, now, ledgerRounds, client, settings })
  const api = createApi({
    config,
    policy,
    ...stores,
    ...buildApis(stores, client, settings),
    starter,
    engine,
    ...intake,
    sql: sql.desk,
    ...shared,
    policyDesk: policyDesk(inForce, policyWatch),
    tracing,
    offeredModels: rememberOffered(providers, { now, log }),
    dependencies: () =>
      askDependencies([...stores.ask, ...intake.ask(stores)], () => connection.workflowService.getSystemInfo({})),
    requireLedger: () => ledgerRounds.require(),
    draining: () => draining,
    development: !env.production,
    version,
  })
  sql.serveWith(api)
  const { server, url } = await listen(api.fetch, env.host, env.port)

  const stop = once(async () => {
    draining = true
    log.info({ inFlight: inFlight.size }, 'draining')
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await untilIdle(intake)
    if ('closeAllConnections' in server) server.closeIdleConnections()
    if (worker.getState() === 'RUNNING') worker.shutdown()
    await running
    if ('closeAllConnections' in server) server.closeAllConnections()
    await Promise.all([closed, loops.stop(), budgetWatch.stop(), policyWatch.close()])
    await Promise.all([...providers.values()].map((provider) => provider.close()))
    await stores.close()
    await Promise.all([connection.close(), closeEngine(), sql.close(), intake.close(), tracing?.close()])
    log.info({}, 'stopped')
  })
  return { url, stop, failed: running.then(() => new Promise<never>(() => undefined)) }
}

async function untilIdle({ isBusy }: Pick<Intake, 'isBusy'>): Promise<void> {
  const giveUpAt = Date.now() + DRAIN_MS
  while (isBusy() && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function openCountedStores(settings: GatewaySettings, metrics: Metrics): Promise<Stores & { hints: HintFinder }> {
  const stores = await openStores(settings)
  return { ...stores, ledger: countedLedger(stores.ledger, metrics), hints: openHints(stores, settings, metrics) }
}

async function openTimedEngine({ env, engine: given }: GatewaySettings, metrics: Metrics) {
  const { engine, close } = await openPiiEngine(env, given)
  return { engine: timedEngine(engine, metrics), close }
}

function buildObservedProviders(
  { env, config }: GatewaySettings,
  observers: { metrics: Metrics; tracing: Tracing | null },
) {
  return observedProviders(buildProviders(env, config), { env, config: () => config }, observers)
}

function workOf({ env, taskQueue }: GatewaySettings, tracing: Tracing | null) {
  return { namespace: env.temporal.namespace, taskQueue, ...aroundSteps(tracing) }
}

function temporalOf({ env, temporalAddress: address }: GatewaySettings): Parameters<typeof connectTemporal>[0] {
  const { apiKey, tls } = env.temporal
  return { address, apiKey: apiKey ?? undefined, ...(tls && { tls: nullsToUndefined(tls) }) }
}

/** A client of the namespace, in which search attributes and schedules stand. */
async function openClient(
  connection: NativeConnection,
  { env, taskQueue, schedules }: GatewaySettings,
  tracing: Tracing | null,
): Promise<Client> {
  const { namespace } = env.temporal
  const register = () => registerSearchAttributes(connection, namespace)
  await connection.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, register).catch((cause: unknown) => {
    throw temporalUnavailable(cause)
  })
  const interceptors = tracing === null ? {} : { workflow: [tracedStarts(tracing)] }
  const client = new Client({ connection, namespace, interceptors })
  if (schedules !== false) await ensureSchedules(client, taskQueue)
  return client
}

async function createActivities(
  settings: GatewaySettings & { sql: QuestionActivities },
  stores: Stores,
  client: Client,
  metrics: Metrics,
  deps: Parameters<typeof createRequestActivities>[0],
): Promise<object> {
  const { env, config, log, taskQueue } = settings
  const { anchors } = config
  const all = {
    ...createRequestActivities(deps),
    ...settings.sql,
    ...createKeyActivities({ ...stores, epochDays: env.epochDays, backupDays: env.keystoreBackupDays }),
    ...buildLedgerActivities({ ledger: stores, anchors, stamper: await openTimeStamper(anchors), metrics, log }),
    ...buildHistoryActivities({ ...stores, client, taskQueue, config, log }),
    ...buildErasureActivities({ stores, client, taskQueue, env, config, metrics, log }),
    ...buildArchiveActivities(stores, config),
    ...buildWebhookActivities({ stores, config, metrics, log }),
    ...buildReportActivities({ stores, settings, config, ...buildHistoryApi(stores.histories, client, taskQueue) }),
  }
  return countedActivities(all, metrics)
}

/** What single resources of the API stand on. */
function buildApis(stores: Stores, client: Client, settings: GatewaySettings) {
  return {
    ...buildErasureApi(stores, client, settings),
    ...buildHistoryApi(stores.histories, client, settings.taskQueue),
    ...buildArchiveApi(stores, client, settings.taskQueue),
    ...buildReportApi(stores, client, settings.taskQueue),
    ...buildCostApi(stores, settings),
  }
}

function showLags(metrics: Metrics, { watch, histories }: Stores): void {
  metrics.onAnchorLag(() => watch.anchorLagSeconds)
  metrics.onHistoryLag(() => histories.unexportedSeconds())
}

/** How each dependency answers now, each within two seconds. */
async function askDependencies(stores: Stores['ask'], temporal: () => Promise<unknown>): Promise<DependencyState[]> {
  const all: Stores['ask'] = [
    ...stores,
    { name: 'temporal', fix: 'Start Temporal, or correct TEMPORAL_ADDRESS.', ask: temporal },
  ]
  return Promise.all(
    all.map(async ({ name, fix, ask, optional }) => {
      const timeout = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('no answer')), 2_000).unref()
      })
      const ok = await Promise.race([ask(), timeout]).then(
        () => true,
        () => false,
      )
      return { name, ok, ...(!ok && { fix }), ...(optional && { optional }) }
    }),
  )
}

function nullsToUndefined<T extends Record<string, string | null>>(fields: T): { [K in keyof T]: string | undefined } {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value ?? undefined])) as {
    [K in keyof T]: string | undefined
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => {
    done ??= action()
    return done
  }
}
