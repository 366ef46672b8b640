#!/usr/bin/env node
// `npm start`, `npm test` and the other scripts begin here, on whatever Node (20 or later) a person has, before
// anything is installed: only Node's own modules. It installs by the lockfile when that is needed, then hands over to
// the pinned Node 24 that npm brings, which runs TypeScript as it is.

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handOver } from './bootstrap/hand-over.mjs'

const TARGETS = {
  start: 'src/main.ts',
  test: 'test/run.ts',
  bench: 'bench/main.ts',
  faults: 'faults/main.ts',
  drill: 'drill/drill.ts',
  eval: 'eval/main.ts',
  helpdesk: 'examples/helpdesk/main.ts',
  'contract-review': 'examples/contract-review/main.ts',
  screenshots: 'examples/screenshots.ts',
}

const [verb, ...rest] = process.argv.slice(2)
const target = Object.hasOwn(TARGETS, verb ?? '') ? TARGETS[verb] : undefined
if (target === undefined) {
  process.stderr.write(`usage: node bootstrap.mjs ${Object.keys(TARGETS).join('|')} [arguments]\n`)
  process.exitCode = 2
} else {
  await handOver(dirname(fileURLToPath(import.meta.url)), target, rest)
}
