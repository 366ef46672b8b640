import type { Paper, PaperBlock } from '../papers/paper.ts'
import { LIST_ROWS } from './common.ts'
import { sourceBlocks } from './paper-sources.ts'
import { tableBlocks } from './paper-table.ts'
import { spokenDay, spokenNumber, spokenTime } from './paper-text.ts'
import { spoken } from './query-file.ts'
import type { Completeness, ControlEvidence, ReportData, ReportTable } from './types.ts'

/** A report as an auditor reads it. What it says stands in the pack's data too, and nothing is only here. */
export function reportPaper(data: ReportData): Paper {
  const period = `${spokenDay(data.from)} to ${spokenDay(data.to - 1)}`
  return {
    cover: 'Evidence report',
    title: data.title,
    subtitle: `${data.tenantId} · ${period}`,
    footer: `${data.title} · ${data.tenantId} · report ${data.id}`,
    language: 'en',
    madeAt: data.madeAt,
    blocks: [
      ...front(data),
      { kind: 'break' },
      { kind: 'heading', text: 'Summary' },
      { kind: 'facts', rows: data.summary },
      ...completenessBlocks(data.completeness),
      ...chartBlocks(data),
      { kind: 'heading', text: 'Tables' },
      ...data.tables.flatMap(tableBlocks),
      ...controlBlocks(data.controls),
      ...sourceBlocks(data),
      ...sampleBlocks(data),
      { kind: 'heading', text: 'What this report does not show' },
      { kind: 'list', items: data.limits },
      ...queryBlocks(data.tables),
    ],
  }
}

function front(data: ReportData): PaperBlock[] {
  return [
    {
      kind: 'facts',
      rows: [
        ['Report', data.id],
        ['Kind', data.kind],
        ['Tenant', data.tenantId],
        ['Period', `${spokenTime(data.from)} up to, not with, ${spokenTime(data.to)}`],
        ['Filters', filters(data)],
        ['Asked for by', `key ${data.requestedBy}`],
        ['Asked for at', spokenTime(data.requestedAt)],
        ['Data as of', `${spokenTime(data.watermark)}; what was written later is not in it`],
        ['Made at', spokenTime(data.madeAt)],
        ['Made with', `Palimpsest ${data.gatewayVersion}`],
      ],
    },
    { kind: 'heading', text: 'How to check it' },
    {
      kind: 'text',
      text: [
        'This paper is one member of an evidence pack, a .zip file. The pack holds the data of every table as CSV and JSON, the queries, proofs and a manifest with the SHA-256 of every member.',
        'The SHA-256 of the manifest is in the ledger, in the entry that says that this report was made. Anybody checks all of it without a network:',
      ].join(' '),
    },
    { kind: 'lines', text: "node verify.mjs pack.zip --trust '<verifier key>'" },
    {
      kind: 'text',
      text: 'verify.html does the same in a browser. Get the verifier key from the operator by another way than this pack.',
    },
  ]
}

function filters({ filters: { subject, tool, model, pii } }: ReportData): string {
  const given = [
    ...(subject === null ? [] : [`person ${subject} (a pseudonym)`]),
    ...(tool === null ? [] : [`tool ${tool}`]),
    ...(model === null ? [] : [`model ${model}`]),
    ...(pii === null ? [] : [pii ? 'only with personal data' : 'only without personal data']),
  ]
  return given.length > 0 ? given.join('\n') : 'none: all entries of the period'
}

function completenessBlocks(found: Completeness): PaperBlock[] {
  const { written, inDatabase, archived, expired, missing, sequenceGaps, restorePending } = found
  const sum = `${spokenNumber(written)} entries have a place in the ledger; ${spokenNumber(inDatabase)} are in the database, ${spokenNumber(archived)} in the archive, and ${spokenNumber(expired)} were removed at the end of their life, with a record of it.`
  const said =
    missing === 0
      ? `${sum} None is missing.`
      : `${sum} ${spokenNumber(Math.abs(missing))} ${missing > 0 ? 'are missing' : 'are too many'}.`
  const gaps = sequenceGaps.map(({ writerEpoch, from, to }) => `writer ${writerEpoch}: numbers ${from} to ${to}`)
  return [
    { kind: 'heading', text: 'Completeness' },
    { kind: 'text', text: said },
    {
      kind: 'table',
      head: ['Entries of the whole ledger', 'Number'],
      shares: [0.75, 0.25],
      numbers: [1],
      rows: [
        ['Written: with a leaf in the ledger', spokenNumber(written)],
        ['In the database', spokenNumber(inDatabase)],
        ['In the archive', spokenNumber(archived)],
        ['Removed at the end of their life', spokenNumber(expired)],
        ['Missing: written, less the three above', spokenNumber(missing)],
        ['Numbers that a writer skipped', spokenNumber(sequenceGaps.length)],
      ],
    },
    ...(gaps.length > 0 ? [{ kind: 'list', items: gaps } as const] : []),
    ...(restorePending.length > 0
      ? ([
          { kind: 'text', text: 'These archived objects could not be read yet, they are being restored:' },
          { kind: 'lines', text: restorePending.join('\n') },
        ] as const)
      : []),
  ]
}

function chartBlocks({ charts }: ReportData): PaperBlock[] {
  if (charts.length === 0) return []
  return [{ kind: 'heading', text: 'Charts' }, ...charts.map((chart): PaperBlock => ({ kind: 'chart', chart }))]
}

function controlBlocks(controls: readonly ControlEvidence[]): PaperBlock[] {
  if (controls.length === 0) return []
  return [
    { kind: 'heading', text: 'Control map' },
    {
      kind: 'text',
      text: 'Which control this report is evidence for, by which tables, and what it does not show of it.',
    },
    {
      kind: 'table',
      head: ['Control', 'What it shows', 'Tables', 'What it does not show'],
      shares: [0.21, 0.31, 0.17, 0.31],
      rows: controls.map(({ standard, control, title, tables, shows, doesNotShow }) => [
        `${standard} ${control}\n${title}`,
        shows,
        tables.join('\n'),
        doesNotShow,
      ]),
    },
  ]
}

function sampleBlocks({ sample }: ReportData): PaperBlock[] {
  if (sample.entries.length === 0) return []
  return [
    { kind: 'heading', text: 'Sample' },
    {
      kind: 'text',
      text: `${spokenNumber(sample.entries.length)} of ${spokenNumber(sample.population)} entries, chosen by the seed below: ids are ordered by SHA-256 of seed and id, and the first are taken (of more than ${spokenNumber(LIST_ROWS)} entries, of those alone whose ids end as the seed begins, in two digits). Their proofs and, where they are kept, the workflow engine's own histories are in the pack.`,
    },
    { kind: 'lines', text: `seed ${sample.seed}\n\n${sample.entries.join('\n')}` },
  ]
}

function queryBlocks(tables: readonly ReportTable[]): PaperBlock[] {
  return [
    { kind: 'break' },
    { kind: 'heading', text: 'Appendix: queries' },
    {
      kind: 'note',
      text: "As they ran. The fingerprint is the one of PostgreSQL's parser (libpg_query): it is the same for queries that differ in constants only.",
    },
    ...tables.flatMap(({ name, query, fingerprint, parameters }): PaperBlock[] => [
      { kind: 'subheading', text: name },
      { kind: 'note', text: `Fingerprint ${fingerprint}${parameters.length > 0 ? ` · ${given(parameters)}` : ''}` },
      { kind: 'lines', text: query.trim() },
    ]),
  ]
}

function given(parameters: ReportTable['parameters']): string {
  return parameters.map(({ name, value }, index) => `$${index + 1} ${name} = ${spoken(value)}`).join(' · ')
}
