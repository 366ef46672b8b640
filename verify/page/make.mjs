#!/usr/bin/env node
// Makes ../verify.html of the files beside this one and of the verifiers' rules: what stands in ../verify.mjs before its part for
// Node, and ../verify-report.mjs. `node verify/page/make.mjs` writes it; a test holds that the one in the repository is this.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')

/** The page's text. */
export function makePage() {
  const [rules, node] = read('../verify.mjs').split('// ---- Node ----\n')
  if (node === undefined) throw new Error('verify.mjs has no part for Node')
  const report = read('../verify-report.mjs')
  const core = `${rules}\n${report}`.replace(/^#!.*\n|^import \{[^}]*\} from .*\n/gm, '')
  const [script, style] = [`\n${core}\n${read('page.mjs')}`, read('page.css')]
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end the page')
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
  const parts = { policy, style, script }
  return read('page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../verify.html', import.meta.url), makePage())
}
