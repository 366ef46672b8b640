// Says on standard error, as JSON, what its process used until it ended. The peak of memory is VmHWM of proc(5), because the
// one of getrusage(2) begins with the peak of the process that started this one.
import { existsSync, readFileSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'latin1') : ''
  const peakMb = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
  process.stderr.write(JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb }))
})
