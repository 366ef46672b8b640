import { describe, expect, it } from 'vitest'
import { findInText } from '../../../src/domain/redaction/redact-chat.ts'
import { engine } from './support.ts'

/** What a value is called, separated by bars, as people, forms and JSON write it. */
const LABELS: readonly (readonly [value: string, labels: string])[] = [
  [
    'K41829037',
    'passport|Pass.-Nr.|nr paszp.|PP:|travel doc no|Passport number is|visa no.|travel document|ppt|pasaporte (Colombia) núm.|Visumnummer|passport (as printed in it):|passport_no:|"passportNumber": "|pasaporte|pasaporte n.º|número de pasaporte|passeport n°|Reisepass-Nr.|passaporto n.|paspoortnummer|nr paszportu:|número do passaporte:',
  ],
  [
    '884120773',
    'driving licence no.|OLN|FS-Nr.|nr PJ|Führerscheinnr.:|DL:|lic.|Licencia (tipo A):|Pat. cat. B n°|driver_license:|"driverLicenseNumber": "|Führerscheinnummer:|numéro de permis :|permiso de conducir|licencia de conducir:|carnet de conducir|patente n.|rijbewijsnummer:|prawo jazdy nr|carta de condução|carteira de motorista|CNH',
  ],
  [
    '004482913',
    'MRN|MR#|Enc#|Pat.-ID:|Aufnahmenr.|nosologico|nr kartoteki|n. cartella|n.º SNS|Pt. no.|Chart:|medical card|DVA file no.|nr ks. gł.|Pat.-Nr.|medical_record_number:|"medicalRecordNumber": "|hospital no|Patienten-ID:|Fallnummer|n° de dossier patient :|IPP|historia clínica|NHC|cartella clinica n.|ID paziente:|dossiernummer|prontuário|número de processo clínico',
  ],
  [
    'HX5520918',
    'policy no.|pol. no.|policy ref|Ins ID:|Subscr. no.|KV-Nr.|Haftpflicht-Police|nº afiliado|membership no.|Vers.-Schein|Vers.-Nr.|Mutuelle : adhérent n°|Contrat auto n°|Polisnr. zorgverz.:|lidnr.|Rx member|"policyNumber": "|memberId:|Krankenversicherungsnummer|Versicherungsschein-Nr.|n° de contrat :|numéro de police|póliza n.º|polizza n.|polisnummer|polisa nr|apólice n.º',
  ],
  [
    '31926819042',
    'account_number:|Ktonr.|Depot-Nr.|DDA|nr rach.|cta. cte.|acc.|Oude rek. was|Kto.|RIB :|NIB|CBU|C/C|"accountNumber": "|Kontonummer|compte n°|cuenta n.º|conto corrente n.|bankrekening|numer konta|conta corrente',
  ],
  [
    'HHKX4821',
    'license plate|tag#|Kz.|kent.|rego|amtl. Kennz.|Kontrollschild|reg no|"licensePlate": "|amtliches Kennzeichen|immatriculé|matrícula|targata|kenteken|nr rejestracyjny|placa',
  ],
  [
    'LX0071T47',
    'ID card number|Perso-Nr:|Sozialvers.-Nr.:|TSI:|tess. san.|doc. id. n.|ID-kaart nr.|BI n.º|n° allocataire CAF|card no.|N.º soporte:|NSS:|C.I. n.|n° étranger|eID-kaartnr.:|Tarjeta sanitaria (CIP):|residence permit no.|Aufenthaltstitel Nr.|titre de séjour n°|permesso di soggiorno n.|verblijfsvergunning nr|karta pobytu nr|título de residência n.º|Emirates ID:|CNIC|Ausweisnummer lautet|ID number (from the card):|"nationalId": "|Personalausweis|carte d’identité n°|cédula|carta d’identità n.|carta di identità n.|identiteitskaart|nr dowodu|cartão de cidadão|documento de identidade',
  ],
  [
    '12/04/1971',
    'D.O.B.|DOB-|D/B:|d.n.|b’day|Data nasc.|geb. datum|born on|birth_date:|"dateOfBirth": "|geb. am|née le|Date de naissance :|nacida el|F. nac.|nata il|geboren op|ur.|data urodzenia|nascido em|DN:',
  ],
  [
    'Wolke77Sieben',
    'password is|p/w:|Kennw.:|pwd for the NAS:|api secret ->|pwd:|api key|"apiKey": "|Passwort lautet|mdp:|mot de passe|contraseña|wachtwoord is|hasło to|senha',
  ],
]

const CASES = LABELS.flatMap(([value, labels]) => labels.split('|').map((label) => [label, value] as const))

const BEHIND: readonly (readonly [text: string, values: readonly string[]])[] = [
  ['AX1234567 is my passport number', ['AX1234567']],
  ['we have 00482913 (MRN) here', ['00482913']],
  ['Passports: B50177364, B50177365 and B50177366', ['B50177364', 'B50177365', 'B50177366']],
  ['HKID A123456(3)', ['A123456(3)']],
  ['emp,national_id,born\nE-1,44051401359,1944-05-14', ['44051401359']],
  ['id,tckn,passport_no\n1,38214509798,U12345678', ['38214509798', 'U12345678']],
  ['<patient><mrn>A88123</mrn></patient>', ['A88123']],
  ['Passport number\nPA0940443\nNationality', ['PA0940443']],
  ['{"street": "Kolk 7", "zip": "28014", "city": "Madrid"}', ['Kolk 7', '28014', 'Madrid']],
  ['{"given": "x", "username": "qwertzu", "firstName": ["Jet", "Dies"]}', ['qwertzu', 'Jet', 'Dies']],
]

describe('a value is found', () => {
  it.each(BEHIND)('where its label is elsewhere, or shared: %s', async (text, values) => {
    const found = await findInText({ text, engine, policy: {} })
    const isFound = (value: string): boolean =>
      found.some(({ start, end }) => start <= text.indexOf(value) && end >= text.indexOf(value) + value.length)
    expect(values.filter((value) => !isFound(value))).toEqual([])
  })

  it.each([
    'order id number 90011223, session id no 123456',
    'retries: 48213, run 2024-06-01, transit via 3 hubs, number plates 4 of 5',
    '{"city": "Madrid", "state": "Active", "zip": true}',
    'user: [text, input], login: required',
    'Patient\nAssessment and plan\n',
    'He got 12345678 (account closed) views',
    'Ticket de soporte 48213, case file no. 20240118, contrat cadre n° 2025-01144, Vorgang 4711-0815',
    'the password for the field is: required, pwd to use: none',
  ])('and nothing where none is: %s', async (text) => {
    expect(await findInText({ text, engine, policy: {} })).toEqual([])
  })
})

describe('what a value is called', () => {
  it.each(CASES)('%s %s is found', async (label, value) => {
    const gap = /[-]$/.test(label) ? '' : ' '
    const text = label.endsWith('"')
      ? `Here is it: { ${label}${value}" }, is it right?`
      : `Here is it: ${label}${gap}${value}, is it right?`
    const start = text.indexOf(value)
    const found = await findInText({ text, engine, policy: {} })
    expect(found.some((one) => one.start <= start && one.end >= start + value.length)).toBe(true)
  })
})
