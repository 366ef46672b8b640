import { describe, expect, it } from 'vitest'
import { identifiersInContext } from '../../../src/domain/redaction/persons/identifiers-in-context.ts'

/** Whether a value stays a finding that the net of identifiers took for somebody's number in a text about persons. */
function stays(text: string, value: string, kind: 'ID' | 'DOB' | 'HANDLE' = 'ID', score = 0.9): boolean {
  const start = text.lastIndexOf(value)
  const span = { start, end: start + value.length, kind, score }
  const person = {
    entityType: 'PERSON',
    start: 0,
    end: 3,
    score: 0.9,
    evidence: 'model' as const,
    recognizer: 'name-model',
  }
  return identifiersInContext(text, [span], [person]).length > 0
}

describe('A number that the net takes for somebody’s', () => {
  it.each([
    ['Ada: the order 88120931 is late', '88120931'],
    ['Ada, your ticket #88120931', '88120931'],
    ['Ada, tracking: 6A20931772551', '6A20931772551'],
    ['Ada\nOrder no. 770-2093177', '2093177'],
    ['Ada: Rechnung Nr. RE-2025-11830', 'RE-2025-11830'],
    ['Ada, colis n° 6A20931772551', '6A20931772551'],
    ['Ada, pedido: 20931772', '20931772'],
    ['Ada, la fattura n. 2093177', '2093177'],
    ['Ada, pakketnummer of zending 209317725', '209317725'],
    ['Ada, zamówienie nr 2093177', '2093177'],
    ['Ada, encomenda 2093177', '2093177'],
    ['[10:03] Agent: and the invoice number?\n[10:04] Ada: 8820134', '8820134'],
    ['{"ada": 1, "claim": {"id": "C2093177"}}', 'C2093177'],
    ['Ada, svincolato, MRN 24ITQXC010044188T2', '24ITQXC010044188T2'],
  ])('is of a thing where the nearest word says so: %j', (text, value) => {
    expect(stays(text, value)).toBe(false)
  })

  it.each([
    ['Ada has a thing called 88120931', '88120931'],
    ['Ada, customer no. 88120931', '88120931'],
    ['Ada: an order, and her member number is 88120931', '88120931'],
    ['Ada ordered. Her number 88120931', '88120931'],
    ['Ada, order 5512, insured as 88120931', '88120931'],
    ['{"ada": 1, "member": {"id": "C2093177"}}', 'C2093177'],
    ['[10:03] Agent: and your account?\n[10:04] Ada: 8820134', '8820134'],
  ])('is not where none does: %j', (text, value) => {
    expect(stays(text, value)).toBe(true)
  })
})

describe('What the net takes for a day of birth', () => {
  it('is none where it is the rest of a date of which the net does not say so', () => {
    expect(stays('Ada, paid on 03.06.2024 in cash', '2024', 'DOB')).toBe(false)
    expect(stays('Ada, paid on 03.06.2024 in cash', '03.06', 'DOB')).toBe(false)
    expect(stays('Ada, 03.06.2024 in Leeds', '03.06.2024', 'DOB')).toBe(true)
  })
  it('has to be likelier than other values, as contracts and minutes are full of days', () => {
    expect(stays('Ada, of the class of 1961', '1961', 'DOB', 0.79)).toBe(false)
    expect(stays('Ada, of the class of 1961', '1961', 'DOB', 0.8)).toBe(true)
  })
})

describe('What the net takes for an account', () => {
  it('is none where it is a file of a site', () => {
    expect(stays('Ada asked for GET /favicon.ico HTTP/1.1', 'favicon', 'HANDLE')).toBe(false)
    expect(stays('Ada asked for GET /zzyx HTTP/1.1', 'zzyx', 'HANDLE')).toBe(true)
  })
})
