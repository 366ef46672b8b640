import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Contender, openContenders } from './contenders.ts'
import { type Corpus, readCorpora } from './corpora.ts'
import { falseAlarms, type Measured, measure } from './measure.ts'
import { generatePrompts } from './prompts/generate.ts'
import { table } from './table.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const USAGE = `npm run eval -- [--corpora FOLDER] [--limit N] [--keep]

  --corpora  where the corpora are; default ../shared/corpora beside the project
  --limit    texts of each corpus; default all
  --keep     leave docs/pii.md as it is

Scores the engine and a Presidio: the one at PRESIDIO_URL, else one that is installed from PyPI and started for it. The table goes into
docs/pii.md when both were scored on all texts.
`

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      corpora: { type: 'string', default: '../shared/corpora' },
      limit: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const folder = resolve(ROOT, values.corpora)
  const corpora = readCorpora(folder)
  if (corpora === null) {
    process.stdout.write(
      `Nothing was evaluated: there are no corpora in ${folder}. Name their folder with --corpora.\n`,
    )
    return 0
  }
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit)
  const used: Corpus[] = [...corpora, ...generatePrompts()].map((corpus) => ({
    ...corpus,
    texts: corpus.texts.slice(0, limit),
  }))
  const { contenders, missing } = await openContenders(ROOT, process.env.PRESIDIO_URL)
  if (missing !== undefined)
    process.stdout.write(`Only the engine is scored: ${missing}. Name a Presidio by PRESIDIO_URL.\n`)
  try {
    const measured: Measured[] = []
    for (const contender of contenders) measured.push(await score(contender, used, values.verbose))
    const text = table(measured)
    process.stdout.write(`${text}\n`)
    if (!values.keep && values.limit === undefined && missing === undefined) writeTable(text)
  } finally {
    for (const contender of contenders) await contender.close()
  }
  return 0
}

async function score(contender: Contender, corpora: readonly Corpus[], verbose: boolean): Promise<Measured> {
  const results = []
  for (const corpus of corpora) results.push(await measure(contender, corpus, verbose && corpus.isSecret !== true))
  return { name: contender.name, results, falseAlarms: await falseAlarms(contender, verbose) }
}

const BEGIN = '<!-- figures of `npm run eval` -->'
const END = '<!-- end of figures -->'

function writeTable(text: string): void {
  const file = resolve(ROOT, 'docs/pii.md')
  const page = readFileSync(file, 'utf8')
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error('docs/pii.md has no place for the figures')
  writeFileSync(file, `${page.slice(0, from + BEGIN.length)}\n${text}\n${page.slice(to)}`)
}

process.exitCode = await run(process.argv.slice(2))
