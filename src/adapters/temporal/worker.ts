import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { useOwnSandbox } from './workflow-sandbox.ts'

/** Requests in flight in one process: a workflow-task slot is held while local activities run. */
const SLOTS = 1000

const BUNDLER = fileURLToPath(new URL('./bundle-workflows.ts', import.meta.url))
const TRACING = fileURLToPath(new URL('./tracing', import.meta.url))
const WORKFLOW_INTERCEPTORS = join(TRACING, 'workflow-interceptors.ts')

export interface WorkerSettings {
  connection: NativeConnection
  namespace: string
  taskQueue: string
  activities: object
  bundle: { code: string }
  /** What goes around the steps, where work is traced. */
  around?: Pick<WorkerOptions, 'interceptors' | 'sinks'>
}

export function createWorker(settings: WorkerSettings): Promise<Worker> {
  useOwnSandbox()
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    activities: settings.activities,
    workflowBundle: settings.bundle,
    ...settings.around,
    maxConcurrentWorkflowTaskExecutions: SLOTS,
    maxConcurrentLocalActivityExecutions: SLOTS,
    maxConcurrentActivityTaskExecutions: SLOTS,
    maxCachedWorkflows: SLOTS,
    maxConcurrentWorkflowTaskPolls: 10,
    maxConcurrentActivityTaskPolls: 5,
    shutdownGraceTime: '30s',
    shutdownForceTime: '60s',
  })
}

/**
 * The workflows' bundle. Made at most once for the same sources and SDK: it is kept below `cacheFolder`, under the hash
 * of everything it is made of. A process of its own makes it, because the bundler's memory would never be given back.
 * @param traced with the interceptors that hand a trace on
 */
export async function loadWorkflowBundle(
  workflowsFolder: string,
  cacheFolder: string,
  traced = false,
): Promise<{ code: string }> {
  const name = `workflows-${await fingerprint(workflowsFolder, traced)}${traced ? '-traced' : ''}.js`
  const path = join(cacheFolder, name)
  const cached = await readFile(path, 'utf8').catch(() => undefined)
  if (cached !== undefined) return { code: cached }
  await mkdir(cacheFolder, { recursive: true })
  const args = [BUNDLER, workflowsFolder, path, ...(traced ? [WORKFLOW_INTERCEPTORS] : [])]
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...args])
  return { code: await readFile(path, 'utf8') }
}

async function fingerprint(folder: string, traced: boolean): Promise<string> {
  const hash = createHash('sha256')
  const sdk = await readFile(new URL(import.meta.resolve('@temporalio/workflow/package.json')), 'utf8')
  hash.update(sdk).update(await readFile(BUNDLER))
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    if (!name.endsWith('.ts')) continue
    hash.update(`\0${name}\0`).update(await readFile(join(folder, name)))
  }
  if (traced) {
    for (const name of ['header.ts', 'workflow-interceptors.ts']) hash.update(await readFile(join(TRACING, name)))
  }
  return hash.digest('hex').slice(0, 32)
}
