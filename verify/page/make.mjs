#!/usr/bin/env node
// Makes ../verify.html: one page from the rules of ../verify.mjs and the files beside this one. `node verify/page/make.mjs`
// writes it; a test holds that the page in the repository is the one it makes.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')

/** The page's text. */
export function makePage() {
  const rules = read('../verify.mjs')
    .split('// ---- Node ----\n')[0]
    .replace(/^#!.*\n/, '')
  const [script, style] = [`\n${rules}${read('page.mjs')}`, read('page.css')]
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end the page')
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
  const parts = { policy, style, script }
  return read('page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../verify.html', import.meta.url), makePage())
}
