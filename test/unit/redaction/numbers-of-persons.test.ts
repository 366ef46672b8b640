import { describe, expect, it } from 'vitest'
import { numbersOfPersons } from '../../../src/domain/redaction/persons/numbers-of-persons.ts'
import type { NamedCandidate } from '../../../src/domain/redaction/resolve-overlaps.ts'
import { found } from './support.ts'

/** What is found in a text in which somebody is named at the places of a name. */
function numbersIn(text: string, name: string): string[] {
  const persons: NamedCandidate[] = []
  for (let start = text.indexOf(name); start >= 0 && name !== ''; start = text.indexOf(name, start + 1))
    persons.push({
      entityType: 'PERSON',
      start,
      end: start + name.length,
      score: 0.9,
      evidence: 'model',
      recognizer: 'name-model',
    })
  return numbersOfPersons(text, persons).map(({ start, end }) => text.slice(start, end))
}

describe('In a text that names somebody a number of an unknown form is found by what says that it is somebody’s', () => {
  it.each([
    ['Imogen Hartley. Her hospital number is H-774-2093.', 'Imogen Hartley', 'H-774-2093'],
    [
      'Farrah Simms. My policy is up for renewal, the number is HM-2209-771-B if that helps.',
      'Farrah Simms',
      'HM-2209-771-B',
    ],
    ['Petra Lund asked me for the insured’s number: FX 20-9317 K.', 'Petra Lund', 'FX 20-9317 K'],
    ['Ida Holm, scheme member ref LP/20931', 'Ida Holm', 'LP/20931'],
    [
      'Herr Jonas Pichler ist bei uns unter der Nummer MG-201-8873 als Mitglied geführt.',
      'Jonas Pichler',
      'MG-201-8873',
    ],
    ['Die Versicherung von Sabine Thoma (HR 20-9317-72) endet.', 'Sabine Thoma', 'HR 20-9317-72'],
    ['M. Karim Belhadj, n° de sociétaire 4471 209 N', 'Karim Belhadj', '4471 209 N'],
    ['Don Álvaro Rubio, asegurado AS-88-20931', 'Álvaro Rubio', 'AS-88-20931'],
    ['Il paziente Dario Conti, cartella n. 2025-20931', 'Dario Conti', '2025-20931'],
    ['De zorgpolis van Anja Smit is ZP209-3177', 'Anja Smit', 'ZP209-3177'],
    ['Pacjent Marek Wilk, nr kartoteki K/2093/17', 'Marek Wilk', 'K/2093/17'],
    ['A utente Rosa Pinto, processo clínico PC-209317', 'Rosa Pinto', 'PC-209317'],
    ['Señora Paola Díaz, CC 52883019', 'Paola Díaz', '52883019'],
    ['MRN-209317 is Otis Payne', 'Otis Payne', 'MRN-209317'],
    ['Tom Archer, 7709318844521, lives with his mum.', 'Tom Archer', '7709318844521'],
    ['mrs Pickard (MED/20931) rang', 'Pickard', 'MED/20931'],
    ['Silvia Horn: the car (KX 771 PQ) is mine', 'Silvia Horn', 'KX 771 PQ'],
    [
      'the passport that was issued in the name of her sister Ada Quill in spring, number 2093177',
      'Ada Quill',
      '2093177',
    ],
  ])('%j', (text, name, value) => {
    expect(numbersIn(text, name)).toEqual([value])
  })

  it.each([
    ['[10:02] Agent: could I take your membership number\n[10:03] Lorna: sure, 771 20 3381', 'Lorna', '771 20 3381'],
    ['AGENT and the policy you have with us\nCALLER hang on its TB/HX/209317 right', 'CALLER', 'TB/HX/209317'],
    ['Lorna Pike\nMember number:\nQX 20931', 'Lorna Pike', 'QX 20931'],
    ['{"member": {"id": "M2093177", "name": "Kara Dunn"}, "claim": {"id": "C2093177"}}', 'Kara Dunn', 'M2093177'],
    ['{"key":"member","value":"LX-20931-77"},{"key":"n","value":"Kara Dunn"}', 'Kara Dunn', 'LX-20931-77'],
    ['<ins carrier="x" member="YX2093177" group="G-55210">Kara Dunn</ins>', 'Kara Dunn', 'YX2093177'],
    ['Kara Dunn\nPolicy: QL-88\n20-93177', 'Kara Dunn', 'QL-88\n20-93177'],
  ])('in an answer, a field, an object: %j', (text, name, value) => {
    expect(numbersIn(text, name)).toEqual([value])
  })

  it('in every row of a column whose head says so', () => {
    const table = 'name;member ref;order\nAda Quill;ZX-201-88;88120931\nBen Orr;ZX-202-17;88120932'
    expect(numbersIn(table, 'Ada Quill')).toEqual(['ZX-201-88', 'ZX-202-17'])
  })

  it.each([
    ['Dear Kim Soto, your case 00209317, ticket #88120, PO 4500209317, part AX-20931-B, invoice 2093177.', 'Kim Soto'],
    ['Fixed by Joel Brandt in PAY-20931, commit 8f209317, PR #20931, run 20931772', 'Joel Brandt'],
    ['Joel Brandt (PAY-20931) on the member portal', 'Joel Brandt'],
    ['Kim Soto: the policy claim 20931772 of the insured is open', 'Kim Soto'],
    ['Agent: what is your order number?\nLorna: 88201934', 'Lorna'],
    ['Frau Brandl, Ihre Bestellung B-7720193 und Rechnung RE-2025-1183', 'Brandl'],
    ['Mme Delmas, commande n° CMD209317, sinistre 24-88201', 'Delmas'],
    ['Sra. Sanz, pedido 20931772, expediente EXP-2025-118', 'Sanz'],
    ['Pani Sroka, zamówienie ZAM/209317, szkoda nr 20931772', 'Sroka'],
    ['Rosa Pinto, encomenda 209317725, protocolo 2093177255', 'Rosa Pinto'],
    ['the patient Ada Quill paid EUR 209317 on 2025-11-02 for 20931 km', 'Ada Quill'],
    ['Ada Quill (1871-1934) was a member since 1901', 'Ada Quill'],
    ['Ada Quill has a file with the police ref 20931772', 'Ada Quill'],
    ['Ada Quill, member XXX-XX-0931', 'Ada Quill'],
    ['Ada Quill runs member-service 4.12.20931', 'Ada Quill'],
  ])('and what is of an order, a case, a ticket or a sum is left alone: %j', (text, name) => {
    expect(numbersIn(text, name)).toEqual([])
  })

  it('and nothing where nobody is named', () => {
    expect(numbersIn('member 20931772, policy TX/209317', '')).toEqual([])
  })
})

describe('A number behind another one is of what its own words say', () => {
  it.each([
    ['policy AC 20931772, claim no 88120934', '88120934'],
    ['commit 8f209317, run 20931772', '20931772'],
  ])('%j', async (text, value) => {
    expect(await found(text)).not.toContain(value)
  })
})

describe('A table in a string of a program is read as one', () => {
  it('behind the quotes that open it', async () => {
    const text = 'CSV = """first;last;pesel;dowod\nAda;Quill;;AXN209317\nBen;Orr;;AXN209318\n"""'
    expect(await found(text)).toEqual(expect.arrayContaining(['AXN209317', 'AXN209318']))
  })
})
