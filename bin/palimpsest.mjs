#!/usr/bin/env node
// `npx palimpsest <verb>`: the same way in as `npm start`.

import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handOver } from '../bootstrap/hand-over.mjs'

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))))
await handOver(root, 'src/cli.ts', process.argv.slice(2))
