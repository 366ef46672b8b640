import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { steadyPorts } from '../../../faults/stack/ports.ts'
import { installCeph } from './install.ts'

export interface S3Place {
  url: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

const STEP_WITHIN_MS = 120_000
const execute = promisify(execFile)

/**
 * A real S3 server with versions and Object Lock: Ceph's gateway over one monitor and one OSD that keeps everything in
 * memory. Or the reason why there is none. What it started ends with this process, whatever ends it.
 */
export async function startS3(): Promise<(S3Place & { stop(): Promise<void> }) | { missing: string }> {
  const missing = await installCeph()
  if (missing !== null) return { missing }
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-ceph-'))
  const [monitorPort = 0, port = 0] = await steadyPorts(2)
  const cluster = { folder, conf: join(folder, 'ceph.conf'), monitorPort, port, fsid: randomUUID() }
  const children: ChildProcess[] = []
  const stop = async () => {
    for (const child of children.reverse()) {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
  const credentials = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') }
  try {
    await startCluster(cluster, children)
    await admin(cluster, ['user', 'create', '--uid=test', '--display-name=test', ...keysOf(credentials)])
    await addStorageClass(cluster, 'GLACIER_IR')
    children.push(daemon(cluster, 'radosgw', ['--name', 'client.rgw']))
    const url = `http://127.0.0.1:${port}`
    await untilServed(url, children)
    return { url, credentials, stop }
  } catch (error) {
    const logs = ['ceph-mon', 'ceph-osd', 'radosgw'].map((name) => lastLines(join(folder, `${name}.log`)))
    await stop()
    throw new Error(`Ceph did not start: ${logs.join('\n')}`, { cause: error })
  }
}

interface Cluster {
  folder: string
  conf: string
  monitorPort: number
  port: number
  fsid: string
}

async function startCluster(cluster: Cluster, children: ChildProcess[]): Promise<void> {
  const { folder, conf, fsid, monitorPort } = cluster
  for (const name of ['mon', 'osd', 'rgw', 'run']) mkdirSync(join(folder, name))
  writeFileSync(conf, configuration(cluster))
  const map = join(folder, 'monmap')
  const options = { timeout: STEP_WITHIN_MS, maxBuffer: 1 << 26 }
  const monitor = ['--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}/0]`, map]
  await execute('monmaptool', monitor, options)
  await execute('ceph-mon', ['--conf', conf, '--id', 'a', '--mkfs', '--monmap', map], options)
  children.push(daemon(cluster, 'ceph-mon', ['--id', 'a']))
  await execute('ceph-osd', ['--conf', conf, '--id', '0', '--mkfs'], options)
  const osd = readFileSync(join(folder, 'osd', 'fsid'), 'utf8').trim()
  await execute('ceph', ['--conf', conf, 'osd', 'new', osd, '0'], options)
  children.push(daemon(cluster, 'ceph-osd', ['--id', '0']))
}

function configuration({ folder, fsid, monitorPort, port }: Cluster): string {
  return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monitorPort}/0]
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
keyring = /dev/null
run dir = ${folder}/run
admin socket =
pid file =
log file =
log to stderr = true
mon cluster log file =
mon allow pool size one = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
[client.rgw]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw thread pool size = 16
ms mon client mode = crc
rgw lc debug interval = 1
`
}

/** In the foreground, ended by the kernel when this process ends. */
function daemon({ folder, conf }: Cluster, name: string, args: string[]): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'a')
  const whole = ['--pdeathsig', 'KILL', name, '--conf', conf, '--foreground', ...args]
  return spawn('setpriv', whole, { stdio: ['ignore', log, log] })
}

async function admin({ conf }: Cluster, args: string[]): Promise<void> {
  const whole = ['--conf', conf, '--name', 'client.rgw', ...args]
  await execute('radosgw-admin', whole, { timeout: STEP_WITHIN_MS, maxBuffer: 1 << 26 })
}

/** A class of its own pool, so that a lifecycle rule can really move objects there. */
async function addStorageClass(cluster: Cluster, name: string): Promise<void> {
  const place = ['--placement-id=default-placement', `--storage-class=${name}`]
  await admin(cluster, ['zonegroup', 'placement', 'add', '--rgw-zonegroup=default', ...place])
  await admin(cluster, ['zone', 'placement', 'add', '--rgw-zone=default', ...place, `--data-pool=default.rgw.${name}`])
}

function keysOf(credentials: S3Place['credentials']): string[] {
  return [`--access-key=${credentials.accessKeyId}`, `--secret-key=${credentials.secretAccessKey}`]
}

async function untilServed(url: string, children: readonly ChildProcess[]): Promise<void> {
  const giveUpAt = Date.now() + STEP_WITHIN_MS
  for (;;) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    if (Date.now() > giveUpAt || children.some((child) => child.exitCode !== null)) throw new Error('no answer')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')
  } catch {
    return `${file} is not there`
  }
}
