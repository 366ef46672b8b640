import { describe, expect, it } from 'vitest'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { namesByPlace, wholeName } from '../../../src/domain/redaction/whole-names.ts'
import { cut } from './support.ts'

describe('A name is taken whole', () => {
  it.each([
    ['Regards, Q. G. D’Zzyxa', 'G. D’Zzyxa', 'Q. G. D’Zzyxa'],
    ['signed P. J. van Zzyxa', 'J. van Zzyxa', 'P. J. van Zzyxa'],
    ['seen by Qwolla van ’t Zzyx today', 'Qwolla', 'Qwolla van ’t Zzyx'],
    ['nutzer: qwolla freiherr von zzyxa, am weiher', 'qwolla', 'qwolla freiherr von zzyxa'],
    ['Dear Mr Mac an Zzyxa\nWe', 'Mac', 'Mac an Zzyxa'],
    ['la famiglia Degli Zzyxa di', 'Degli', 'Degli Zzyxa'],
    ['Qwolla binti Zzyxa paid', 'Qwolla', 'Qwolla binti Zzyxa'],
  ])('with initials and particles: %j', (text, seen, whole) => {
    const start = text.indexOf(seen)
    expect(cut(text, [wholeName(text, { start, end: start + seen.length })])).toEqual([whole])
  })
  it.each([
    ['Plan B. Qwolla agrees', 'Qwolla'],
    ['Qwolla und Zzyxa', 'Qwolla'],
    ['Qwolla de Lyon', 'Qwolla'],
    ['Q. Zzyxa', 'Q. Zzyxa'],
  ])('and no further: %j', (text, name) => {
    const start = text.indexOf(name)
    expect(cut(text, [wholeName(text, { start, end: start + name.length })])).toEqual([name])
  })
})

describe('A name that no list has is known by its place', () => {
  it.each([
    ['rate,name\n"Zzyxa, Qwolla",4\n"Zzyxi, Qwolli",5', ['Zzyxa, Qwolla', 'Zzyxi, Qwolli']],
    ['12:01:19 INFO user="Qwolla Zzyxa" action=login', ['Qwolla Zzyxa']],
    ['declined holder="A K ZZYXA" code=05', ['A K ZZYXA']],
    ['{"insured":"Qwolla Ziti binti Zzyxa","plate":null}', ['Qwolla Ziti binti Zzyxa']],
    ['Le bailleur, M. d’Aubzyx, pourra', ['d’Aubzyx']],
  ])('%j', (text, names) => {
    expect(cut(text, namesByPlace(text))).toEqual(names)
  })
  it.each(['user="admin"', 'name="Order Service"', '"Total, Amount",4', 'holder="a_b c"', 'name = "build-linux x64"'])(
    'and nothing else is: %j',
    (text) => {
      expect(cut(text, namesByPlace(text))).toEqual([])
    },
  )
  it('is one of a list of names: after two of them', () => {
    const text = 'Ayes: Zzyxi, Zzyxa, Zzyxo. Noes: none'
    const spans = ['Zzyxi', 'Zzyxa'].map((name) => {
      const start = text.indexOf(name)
      return { start, end: start + name.length, entityType: 'PERSON', score: 0.99 } as const
    })
    expect(cut(text, refineNames(text, spans, 'model'))).toContain('Zzyxo')
    expect(cut(text, refineNames(text, spans.slice(1), 'model'))).not.toContain('Zzyxo')
  })
})
