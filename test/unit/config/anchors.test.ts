import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/file.ts'
import { file, problems } from './support.ts'

const witnessKey = 'witness.example/w1+490ca8b1+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

describe('anchors in the configuration', () => {
  const anchors = (lines: string[]) => file({ top: ['anchors:', ...lines.map((line) => `  ${line}`)] })

  it('are kept for seven years, without witnesses, where nothing is said', () => {
    expect(parseConfig(file(), 'p.yaml', {}).anchors).toEqual({
      retentionDays: 2557,
      witnesses: [],
      witnessQuorum: 0,
      timeStamp: null,
    })
  })

  it('ask for all witnesses where no quorum is named', () => {
    const text = anchors([
      'retention_days: 30',
      'witnesses:',
      `  - { url: "https://w.example/", key: "${witnessKey}" }`,
    ])
    expect(parseConfig(text, 'p.yaml', {}).anchors).toMatchObject({
      retentionDays: 30,
      witnesses: [{ url: 'https://w.example', key: witnessKey }],
      witnessQuorum: 1,
    })
  })

  it('are refused with a key that is no cosigning key, one witness twice, or a quorum out of reach', () => {
    const witness = (key: string) => `  - { url: "https://w.example", key: "${key}" }`
    expect(problems(anchors(['witnesses:', witness('w+00000000+AAAA')])).join()).toContain('verifier key')
    expect(problems(anchors(['witnesses:', witness(witnessKey), witness(witnessKey)])).join()).toContain('same witness')
    expect(problems(anchors(['witness_quorum: 1'])).join()).toContain('more than the witnesses')
  })
})
