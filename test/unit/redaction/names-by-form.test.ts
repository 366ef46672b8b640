import { describe, expect, it } from 'vitest'
import { namesByForm, namesOfAttendees } from '../../../src/domain/redaction/names-by-form.ts'
import { cut } from './support.ts'

describe('A name that no list has is known by its form', () => {
  it.each([
    ['chaired by Q. L. Zzyxana on Monday', ['Q. L. Zzyxana']],
    ['van Q.W. ter Zzyx, sleutels', ['Q.W. ter Zzyx']],
    ['namens R.v.d.Zzyxen. Afwezig', ['R.v.d.Zzyxen']],
    ['1. Zzyxcombe, A.J.\n2. Zzyxova E.V.', ['Zzyxcombe, A.J.', 'Zzyxova E.V.']],
    ['notes: Zzyxmoto-san wants samples', ['Zzyxmoto']],
    ['he is married to Zyx, and all call him that', ['Zyx']],
    ['risposta entro giovedì grazie zzytti', ['zzytti']],
    ['sheet 3, cell D44. Thx, A.', ['A.']],
    ['{"given": "Qwoll", "family": "Zzyxpe"}', ['Qwoll', 'Zzyxpe']],
    ['"name":[{"family":"Zzyxdóttir","given":["Qwoll","Qwollina"]}]', ['Qwoll', 'Qwollina', 'Zzyxdóttir']],
    ['{"Vorname":"Qwoll","Nachname":"Freitagx"}', ['Qwoll', 'Freitagx']],
    ['<guest title="Ms"><fn>Qwolleg</fn><ln>Zzyxbayar</ln></guest>', ['Qwolleg', 'Zzyxbayar']],
  ])('%j', (text, names) => {
    expect(cut(text, namesByForm(text)).sort()).toEqual([...names].sort())
  })
  it.each([
    'the U.S. Senate and the U.K. Treasury',
    'Zzyxa B.V. en Qwolla N.V. in Washington, D.C.',
    'thanks everyone',
    'grazie mille',
    '{"font": {"family": "Zzyxetica"}}',
    '<description>Zzyxa</description>',
    'known as of today',
  ])('and none is in %j', (text) => {
    expect(cut(text, namesByForm(text))).toEqual([])
  })
})

describe('Who was at a meeting is known by the list', () => {
  it.each([
    ['Present: Fzyx, J. de Zzyt (chair), Qwoll Zzyxen; Zena', ['Fzyx', 'J. de Zzyt', 'Qwoll Zzyxen', 'Zena']],
    [
      'Aanwezig: A. de Zzyt (vz), mw. ’t Zzooft, Qwoerd. Afwezig m.b.t. ziekte: Zzökhan',
      ['A. de Zzyt', '’t Zzooft', 'Qwoerd'],
    ],
    ['Presenti: Dott. Zzyxo, Qwolla e Pzyno. Si approva il Bilancio', ['Zzyxo', 'Qwolla', 'Pzyno']],
  ])('%j', (text, names) => {
    expect(cut(text, namesOfAttendees(text))).toEqual(names)
  })
  it.each(['Present: 12 of 14 members', 'Participants: the Customer and all staff', 'Presentation: Zzyxa'])(
    'and names nobody in %j',
    (text) => {
      expect(cut(text, namesOfAttendees(text))).toEqual([])
    },
  )
})
