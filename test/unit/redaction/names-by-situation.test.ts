import { describe, expect, it } from 'vitest'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { resolveOverlaps } from '../../../src/domain/redaction/resolve-overlaps.ts'
import type { NameSpan } from '../../../src/ports/name-source.ts'
import { found } from './support.ts'

/** Persons where the net says that these are some, with these scores. */
function persons(text: string, net: Readonly<Record<string, number>> = {}): string[] {
  const spans: NameSpan[] = Object.entries(net)
    .map(([name, score]) => {
      const start = text.indexOf(name)
      return { start, end: start + name.length, entityType: 'PERSON' as const, score }
    })
    .filter(({ start }) => start >= 0)
  return resolveOverlaps(refineNames(text, spans, 'net').filter(({ entityType }) => entityType === 'PERSON')).map(
    ({ start, end }) => text.slice(start, end),
  )
}

describe('Where somebody stands says that it is somebody', () => {
  it.each([
    ['Signed off. — Zzyx', ['Zzyx']],
    ['Fine by me.\n– Zzyxa\n\nSent later', ['Zzyxa']],
    ['See below.\n\nZzyxa,\nThe boiler leaks', ['Zzyxa']],
    [
      '14/06/2025, 09:12 - Annika Boiler: am here now\n14/06/2025, 09:13 - Zzyx: ok then\n14/06/2025, 09:14 - Zzyx: coming now',
      ['Annika Boiler', 'Zzyx', 'Zzyx'],
    ],
    ['buyer: D.e.s.i.r.e.e Z.z.y.x.e.n', ['D.e.s.i.r.e.e Z.z.y.x.e.n']],
    ['em nome de A_n_n_i_k_a Z_z_y_x', ['A_n_n_i_k_a Z_z_y_x']],
    ['Mitarbeiterin: Annika\nZzyxen\nSteuer-ID: 1', ['Annika', 'Zzyxen']],
    ['asked annika (her boss) and mark (my flatmate)', ['annika', 'mark']],
    ['her boss mark is ok, dtr joy drives', ['mark', 'joy']],
    ['wir (annika zzyxen) fuhren', ['annika zzyxen']],
    ['el chófer Zzyxa y la nieta Zzyxo', ['Zzyxa', 'Zzyxo']],
    ['cognome: Dall’Zzyx\ncf: x', ['Dall’Zzyx']],
    ['Rozmawiałam z p. Zzyxownią i z panią Zzyxą, że', ['Zzyxownią', 'Zzyxą']],
    ['Zapytaj o to Tomka, albo Halinę, nie pod Łodzią', ['Tomka', 'Halinę']],
    ['we saw Me. Zzyxclair today', ['Zzyxclair']],
    ['bed 6 ngozi a. home today, bed 4 okafor 78f, ms vu waits', ['ngozi a.', 'okafor', 'vu']],
    ['List: ZZYX, Keiko (3A); Nakamura, K. (3B)', ['ZZYX, Keiko', 'Nakamura, K.']],
    ['invita también a Annika, pide la factura a Hedda', ['Annika', 'Hedda']],
    ['el Lic. Zzyxa y el geom. Zzyxo', ['Zzyxa', 'Zzyxo']],
    ['la señora Zzyx y monsieur Zzyxé', ['Zzyx', 'Zzyxé']],
  ] as const)('%j', (text, names) => {
    expect(persons(text)).toEqual(names)
  })
  it.each([
    ['seen by Ann Zzyxen, MD on the ward', { 'Ann Zzyxen': 0.9 }, ['Ann Zzyxen']],
    ['other driver Ann Zzyxen, TX DL 20391827', { 'Ann Zzyxen': 0.9 }, ['Ann Zzyxen']],
    ['lives in Virginia Beach, MD 23451', { 'Virginia Beach': 0.9 }, []],
    ['NAME=Zzy-Bao Zzyx;DOB=1', { 'Zzy-Bao Zzyx': 0.9 }, ['Zzy-Bao Zzyx']],
    ['PATH=Zzy-Bao Zzyx;', { 'Zzy-Bao Zzyx': 0.9 }, []],
    ['See you.\n\n/Zzyxa\n', { Zzyxa: 0.9 }, ['Zzyxa']],
    ['open /Zzyxa now', { Zzyxa: 0.9 }, []],
    ['wczoraj asystowali Annika Zzyxen', { 'asystowali Annika Zzyxen': 0.6 }, ['Annika Zzyxen']],
    ['Can you chase Zzyxoline?', { 'chase Zzyxoline': 0.8 }, ['Zzyxoline']],
    ['that is for QA (Annika).', {}, ['Annika']],
    ['kierowca autobusu: Zzyx, ą, ę, że nie był', { Zzyx: 0.6 }, ['Zzyx']],
  ] as const)('beside what the net says of %j', (text, net, names) => {
    expect(persons(text, net)).toEqual(names)
  })
})

describe('Where a text says what is called so, nobody is', () => {
  it.each([
    ['The meeting rooms are called Everest, Victoria, Annika and Hedda; Ann books them', ['Ann']],
    ['Die Drucker heißen Annika, Hedda und Wolfgang. Ann hilft', ['Ann']],
    ['Nuestros barcos se llaman Ximena y Consuelo. Pregunta a Annika', ['Annika']],
    ['Johnson & Johnson and a firm', []],
  ] as const)('%j', (text, names) => {
    expect(persons(text, { Victoria: 0.97 })).toEqual(names)
  })
})

describe('What is none stays', () => {
  it.each([
    ['Regards to all.\n\nCordialement,\nthe team', {}],
    ['Dear Patient Liaison,\n\nI write', {}],
    ['Hi Reception, pls squeeze in', {}],
    ['1. The Claimant was born on 12 August', { Claimant: 0.97 }],
    ['ela nasceu, zzyxina 0,4 mg', { zzyxina: 0.96 }],
    ['Bonjour, ça fait', { ça: 0.9 }],
    ['the tool is for lads with tea', { lads: 0.6, tea: 0.8 }],
    ['insured (max. 250,000 EUR) and the patient will call', {}],
  ] as const)('in %j', (text, net) => {
    expect(persons(text, net)).toEqual([])
  })
  it.each([
    '[    5.118800] motor: stall seen on ring\n[    5.220700] batt: low charge seen again',
    '10:00:41 Started by timer\n',
    'our partner says "schema violation at x"',
    'agent parfait. toujours au chemin',
    'the account CLABE of a firm',
    'User Id=hr_import;',
  ])('of a log or a setting: %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})
