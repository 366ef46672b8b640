import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What Node writes with `--cpu-prof`: the tree of call frames, and for each sample its node and the time since the last. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[]
  /** Microseconds of the monotonic clock. */
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

export interface ThreadProfile {
  /** The file's name: process and thread are in it. */
  name: string
  /** Milliseconds not idle within the window. */
  busyMs: number
  /** Self time by group, milliseconds. */
  groups: { group: string; ms: number }[]
  /** Self time by function. */
  functions: { name: string; group: string; ms: number }[]
}

/** First match wins. The path of the frame's file, or for native frames the function's name in brackets. */
const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/\(garbage collector\)/, 'garbage collection'],
  [/\(program\)/, 'native: V8, system calls'],
  [/workflow-bundle|\/@temporalio\/workflow\//, 'workflow code'],
  [/\/@temporalio\/worker\/lib\/workflow\/|node:vm|node:internal\/vm/, 'workflow VM'],
  [/\/@temporalio\/core-bridge\//, 'Temporal core bridge'],
  [/\/protobufjs\/|\/@temporalio\/proto\//, 'Temporal protobuf'],
  [/\/@temporalio\/|\/rxjs\//, 'Temporal worker and client'],
  [/\/node_modules\/(postgres|pg)\//, 'PostgreSQL client'],
  [/\/undici\/|node:internal\/deps\/undici/, 'HTTP client'],
  [/\/hono\/|@hono\/|node:_http|node:internal\/http|node:internal\/webstreams|node:internal\/fetch/, 'HTTP server'],
  [/node:internal\/crypto|node:crypto/, 'crypto'],
  [/domain\/redaction|adapters\/pii|\/re2js\/|libphonenumber|\/ibantools\/|\/tlds\/|\/ipaddr/, 'redaction'],
  [/domain\/ledger|adapters\/postgres\/ledger/, 'ledger'],
  [/domain\/sealing|domain\/requests\/sealing/, 'sealing'],
  [/domain\/cost|genai-prices|adapters\/prices/, 'prices'],
  [/adapters\/postgres/, 'PostgreSQL statements'],
  [/domain\/chat|\/zod\//, 'validation'],
  [/\/pino|sonic-boom|thread-stream|prom-client/, 'log and metrics'],
  [/\/(src|activities|workflows)\//, 'other own code'],
  [
    /node:(net|internal\/(net|stream_base|streams|timers|process|async_hooks|event|abort|worker|buffer)|events|buffer|internal\/.*)/,
    'Node: sockets, timers, events',
  ],
]

function groupOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const place = frame.url === '' ? frame.functionName : frame.url
  return (
    GROUPS.find(([pattern]) => pattern.test(place))?.[1] ??
    (frame.url === '' ? 'native: built-in functions' : 'other packages')
  )
}

/**
 * Sums up the profiles in a folder over a window of the monotonic clock (nanoseconds). A thread that waits for a core
 * counts as busy in them, so that only the shares say something; what a share costs is told by the thread's CPU time.
 */
export function summariseProfiles(folder: string, from: bigint, to: bigint): ThreadProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile
      return summarise(name, profile, Number(from / 1000n), Number(to / 1000n))
    })
    .sort((a, b) => b.busyMs - a.busyMs)
}

function summarise(name: string, profile: CpuProfile, from: number, to: number): ThreadProfile {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const self = new Map<number, number>()
  let at = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    at += delta
    if (at >= from && at <= to) self.set(id, (self.get(id) ?? 0) + delta / 1000)
  }
  const groups = new Map<string, number>()
  const functions = new Map<string, { name: string; group: string; ms: number }>()
  let busyMs = 0
  for (const [id, ms] of self) {
    const frame = nodes.get(id)?.callFrame
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(root)') continue
    const group = groupOf(frame)
    busyMs += ms
    groups.set(group, (groups.get(group) ?? 0) + ms)
    const label = `${frame.functionName || '(anonymous)'} ${shortUrl(frame.url)}${frame.url === '' ? '' : `:${frame.lineNumber + 1}`}`
    const sum = functions.get(label) ?? { name: label.trim(), group, ms: 0 }
    sum.ms += ms
    functions.set(label, sum)
  }
  return {
    name,
    busyMs,
    groups: [...groups].map(([group, ms]) => ({ group, ms })).sort((a, b) => b.ms - a.ms),
    functions: [...functions.values()].sort((a, b) => b.ms - a.ms),
  }
}

function shortUrl(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/(src|activities|workflows|bench)\//, '$1/')
}
