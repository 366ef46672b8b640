import { describe, expect, it } from 'vitest'
import type { Recogniser } from '../../../src/domain/redaction/recogniser.ts'
import { account } from '../../../src/domain/redaction/recognisers/account/account.ts'
import { fieldValue } from '../../../src/domain/redaction/recognisers/field-value.ts'
import { iban } from '../../../src/domain/redaction/recognisers/iban.ts'
import { phoneNumber } from '../../../src/domain/redaction/recognisers/phone-number.ts'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'
import { tableCell } from '../../../src/domain/redaction/recognisers/table-cell.ts'
import { vin } from '../../../src/domain/redaction/recognisers/vin.ts'

function found(recogniser: Recogniser, text: string): string[] {
  return recogniser.find(text, 'en').map(({ entityType, start, end }) => `${entityType} ${text.slice(start, end)}`)
}

/** The same, each place once, in their order. */
function placesOf(recogniser: Recogniser, text: string): string[] {
  const places = new Map(recogniser.find(text, 'en').map((one) => [one.start, one]))
  return [...places.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ entityType, start, end }) => `${entityType} ${text.slice(start, end)}`)
}

describe('A column says what its cells are', () => {
  it.each([
    [
      'CSV',
      'id,first_name,dob,phone\n1,Jet,1.2.88,555 0199\n2,Dies,x,none',
      ['PERSON Jet', 'DATE_OF_BIRTH 1.2.88', 'PHONE_NUMBER 555 0199', 'PERSON Dies'],
    ],
    ['quoted CSV', '"Name";"Street"\n"Lee; Ann";"Elm Rd 4"\nno table', ['STREET_ADDRESS Elm Rd 4']],
    ['Markdown', '| name | e-mail |\n|---|---|\n| Jet Li | j@x.com |', ['PERSON Jet Li']],
    [
      'SQL',
      "INSERT INTO people (name, ssn) VALUES ('Jet (J) Li', '123-45-6789'), ('Mo', '123-45-6780');",
      ['US_SSN 123-45-6789', 'PERSON Mo', 'US_SSN 123-45-6780'],
    ],
  ])('in %s', (_format, text, values) => {
    expect(found(tableCell, text)).toEqual(values)
  })

  it.each([
    'sku,name,price\n1,Desk Lamp,3.20\n2,Office Chair,4.10',
    "INSERT INTO products (sku, name) VALUES ('A1', 'Desk Lamp');",
    'Please send name, phone and address, thanks.\nMonday, Tuesday and Friday, perhaps.',
    'name,phone\n\nAfter the table, text',
  ])('and nothing where no two columns are personal, or no rows follow: %j', (text) => {
    expect(found(tableCell, text)).toEqual([])
  })
})

describe('A field says what its value is', () => {
  it.each([
    ['Vorname: Jet', ['PERSON Jet']],
    ['{"dateOfBirth": "5 Mai 88", "x": 1}', ['DATE_OF_BIRTH 5 Mai 88']],
    ['their last_name = "Dies"', ['PERSON Dies']],
    ['Telefon: 000 111 222 | x', ['PHONE_NUMBER 000 111 222']],
    ['Straße: Kolk 7', ['STREET_ADDRESS Kolk 7']],
  ])('in %j', (text, values) => {
    expect(found(fieldValue, text)).toEqual(values)
  })

  it.each([
    'firstName: string',
    'phone?: string',
    'user.phone = 12345678',
    'lastName: z.string()',
    'address: Address',
    'patient: true',
  ])('and nothing where a type stands in its place: %j', (text) => {
    expect(found(fieldValue, text)).toEqual([])
  })
})

describe('A handle of the form first.last', () => {
  it.each([
    ['<jamar.jast> hi\n<mo.xy> did jamar.jast call?', ['jamar.jast', 'mo.xy', 'jamar.jast']],
    ['ping anna.kowalska', ['anna.kowalska']],
    ['owner: anna.zzyx', ['anna.zzyx']],
  ])('is a person in %j', (text, handles) => {
    expect(placesOf(account, text)).toEqual(handles.map((one) => `PERSON ${one}`))
  })

  it.each([
    '@app.route',
    'user: app.service',
    'java.util',
    'anna.kowalska@x.com',
    'mark.it',
    'window.location',
    'self.martin()',
  ])('is none in %j', (text) => {
    expect(found(account, text)).toEqual([])
  })
})

describe('Values that only the words around them give away', () => {
  it.each([
    ['They are not answering at 78 651 450', '78 651 450'],
    ['Rufen Sie mich bitte morgen unter 00748 1234126 an', '00748 1234126'],
    ['Le llamaremos al 941981058.', '941981058'],
    ['T: 01517 08989 | M: x', '01517 08989'],
    ['Ana (82) 99404-6031', '(82) 99404-6031'],
  ])('a telephone number in %j', (text, number) => {
    expect(found(phoneNumber, text)).toEqual([`PHONE_NUMBER ${number}`])
  })

  it.each(['call the function 12345678 times', 'contact support about order 00123456', 'on 4500098231 units'])(
    'no telephone number in %j',
    (text) => {
      expect(found(phoneNumber, text)).toEqual([])
    },
  )

  it.each([
    ["who changed the password?\n<mo> Jo did, it's PlanB#I2PWQ34 now", 'PlanB#I2PWQ34'],
    ['la password del server è Harbor@K7wA50. Ciao', 'Harbor@K7wA50'],
    ['la contraseña Winter$$X93NU11?', 'Winter$$X93NU11'],
    ['the admin pw is Kaffee2024', 'Kaffee2024'],
    ['login: jdoe / Kaffee2024! ok', 'Kaffee2024'],
    ['mysql -uroot -pS3cret99 crm', 'S3cret99'],
    ['sshpass -p Fr3e!Willy ssh host', 'Fr3e!Willy'],
    ['schick ihm das Passwort Zebra_Ibkay08 bitte', 'Zebra_Ibkay08'],
  ])('a password in %j', (text, password) => {
    expect(found(secret, text)).toContain(`SECRET ${password}`)
  })

  it.each([
    'Password policy v2.1 (2024) applies; see order 2024-00123 or https://x.com/Ab1c',
    'the password field is password_hash_v2 in users_2024',
    'psql -h db -p 5432 -U app, then docker login -p $TOKEN',
    'mysql -p crm',
    'forgot password? mail ann1@example.com',
  ])('no password in %j', (text) => {
    expect(found(secret, text)).toEqual([])
  })

  it('a vehicle number in groups', () => {
    expect(found(vin, 'numer VIN pojazdu: WVW0 0000 04RZ PEJE C.')).toEqual(['VIN WVW0 0000 04RZ PEJE C'])
  })

  it('a Polish account without its country, by its check digits', () => {
    expect(found(iban, 'na 61 1090 1014 0000 0712 1981 2874 do')).toEqual([
      'IBAN_CODE 61 1090 1014 0000 0712 1981 2874',
    ])
    expect(found(iban, 'na 62 1090 1014 0000 0712 1981 2874 do')).toEqual([])
  })
})
