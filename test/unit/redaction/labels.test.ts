import { describe, expect, it } from 'vitest'
import { findInText } from '../../../src/domain/redaction/redact-chat.ts'
import { engine } from './support.ts'

/** What a value is called, separated by bars, as people, forms and JSON write it. */
const LABELS: readonly (readonly [value: string, labels: string])[] = [
  [
    'K41829037',
    'passport|Passport number is|passport_no:|"passportNumber": "|pasaporte|pasaporte n.º|número de pasaporte|passeport n°|Reisepass-Nr.|passaporto n.|paspoortnummer|nr paszportu:|número do passaporte:',
  ],
  [
    '884120773',
    'driving licence no.|driver_license:|"driverLicenseNumber": "|Führerscheinnummer:|numéro de permis :|permiso de conducir|licencia de conducir:|carnet de conducir|patente n.|rijbewijsnummer:|prawo jazdy nr|carta de condução|carteira de motorista|CNH',
  ],
  [
    '004482913',
    'MRN|medical_record_number:|"medicalRecordNumber": "|hospital no|Patienten-ID:|Fallnummer|n° de dossier patient :|IPP|historia clínica|NHC|cartella clinica n.|ID paziente:|dossiernummer|prontuário|número de processo clínico',
  ],
  [
    'HX5520918',
    'policy no.|"policyNumber": "|memberId:|Krankenversicherungsnummer|Versicherungsschein-Nr.|n° de contrat :|numéro de police|póliza n.º|polizza n.|polisnummer|polisa nr|apólice n.º',
  ],
  [
    '31926819042',
    'account_number:|"accountNumber": "|Kontonummer|compte n°|cuenta n.º|conto corrente n.|bankrekening|numer konta|conta corrente',
  ],
  [
    'HHKX4821',
    'license plate|reg no|"licensePlate": "|amtliches Kennzeichen|immatriculé|matrícula|targata|kenteken|nr rejestracyjny|placa',
  ],
  [
    'LX0071T47',
    'ID card number|"nationalId": "|Personalausweis|carte d’identité n°|cédula|carta d’identità n.|carta di identità n.|identiteitskaart|nr dowodu|cartão de cidadão|documento de identidade',
  ],
  [
    '12/04/1971',
    'D.O.B.|born on|birth_date:|"dateOfBirth": "|geb. am|née le|Date de naissance :|nacida el|F. nac.|nata il|geboren op|ur.|data urodzenia|nascido em|DN:',
  ],
  [
    'Wolke77Sieben',
    'password is|pwd:|api key|"apiKey": "|Passwort lautet|mdp:|mot de passe|contraseña|wachtwoord is|hasło to|senha',
  ],
]

const CASES = LABELS.flatMap(([value, labels]) => labels.split('|').map((label) => [label, value] as const))

describe('what a value is called', () => {
  it.each(CASES)('%s %s is found', async (label, value) => {
    const text = label.endsWith('"')
      ? `Here is it: { ${label}${value}" }, is it right?`
      : `Here is it: ${label} ${value}, is it right?`
    const start = text.indexOf(value)
    const found = await findInText({ text, engine, policy: {} })
    expect(found.some((one) => one.start <= start && one.end >= start + value.length)).toBe(true)
  })
})
