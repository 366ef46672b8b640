#!/usr/bin/env node
// Makes ../verify.mjs and ../verify-report.mjs of the parts in ../parts, and ../verify.html of the same parts but Node's and the
// files beside this one. `node verify/page/make.mjs` writes all three; a test holds that those in the repository are these.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')
const RULES = ['ledger', 'evidence', 'files']
const join = (parts) => parts.map((name) => read(`../parts/${name}.mjs`)).join('\n')

/** The text of the one file for Node. */
export function makeProgram() {
  return join([...RULES, 'node'])
}

/** The text of the file beside it, for reports. */
export function makeReportProgram() {
  return join(['report'])
}

/** The page's text. */
export function makePage() {
  const rules = join([...RULES, 'report']).replace(/^#!.*\n|^import \{[^}]*\} from .*\n/gm, '')
  const [script, style] = [`\n${rules}${read('page.mjs')}`, read('page.css')]
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end the page')
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
  const parts = { policy, style, script }
  return read('page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../verify.mjs', import.meta.url), makeProgram())
  writeFileSync(new URL('../verify-report.mjs', import.meta.url), makeReportProgram())
  writeFileSync(new URL('../verify.html', import.meta.url), makePage())
}
