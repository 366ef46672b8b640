import { describe, expect, it } from 'vitest'
import { sourceBlocks } from '../../../src/domain/reports/paper-sources.ts'
import type { ReportData, ReportSource } from '../../../src/domain/reports/types.ts'

const object = (day: number, retentionClass = '60-90-365'): ReportSource => ({
  name: `archive/${retentionClass}/facts/acme.0a1b2c3d/2026-0${day > 31 ? 2 : 1}-${String(day > 31 ? day - 31 : day).padStart(2, '0')}/0001.parquet`,
  sha256: 'ab'.repeat(32),
  entries: day,
  costUsd: '0.1000000001',
  promptTokens: '9007199254740993',
  responseTokens: '2',
})
const database: ReportSource = { ...object(3), name: 'database', sha256: null }
const rowsOf = (sources: ReportSource[]) => {
  const [, , table] = sourceBlocks({ sources, tables: [] } as unknown as ReportData)
  return table?.kind === 'table' ? table.rows : []
}

describe('sources on the paper', () => {
  it('stand one by one, each with its hash, where they are few', () => {
    expect(rowsOf([database, object(1)]).map(([name]) => name)).toEqual([
      'database',
      `${object(1).name}\nSHA-256 ${'ab'.repeat(32)}`,
    ])
  })

  it('are added up by class and month, exactly, where they are many', () => {
    const sources = [database, ...Array.from({ length: 40 }, (_, index) => object(index + 1)), object(1, '9-9-9')]
    expect(rowsOf(sources)).toEqual([
      ['database', '3', '0.1000000001', '9,007,199,254,740,993', '2'],
      ['archive, class 60-90-365, 2026-01: 31 objects', '496', '3.1000000031', '279,223,176,896,970,783', '62'],
      ['archive, class 60-90-365, 2026-02: 9 objects', '324', '0.9000000009', '81,064,793,292,668,937', '18'],
      ['archive, class 9-9-9, 2026-01', '1', '0.1000000001', '9,007,199,254,740,993', '2'],
    ])
  })
})
