import { describe, expect, it } from 'vitest'
import { engine } from './support.ts'

/** What the engine finds, as `TYPE<value>`. */
async function found(text: string): Promise<string[]> {
  const [results = []] = await engine.analyze([text])
  return results.map(({ entityType, start, end }) => `${entityType}<${text.slice(start, end)}>`)
}

const NAMED: readonly (readonly [text: string, type: string, value: string])[] = [
  ['my NI number is AB 12 34 56 C thanks', 'UK_NINO', 'AB 12 34 56 C'],
  ['NHS number: 943 476 5919', 'UK_NHS', '943 476 5919'],
  ['ITIN 912-71-1234', 'US_ITIN', '912-71-1234'],
  ['passport number 533401372, issued 2019', 'PASSPORT', '533401372'],
  ['Her passport no. is C01X00T47', 'PASSPORT', 'C01X00T47'],
  ["my driver's license number is 2270-66-1551", 'DRIVER_LICENSE', '2270-66-1551'],
  ['licence MORGA753116SM9IJ', 'UK_DRIVER_LICENSE', 'MORGA753116SM9IJ'],
  ['account number 0123456789', 'BANK_ACCOUNT', '0123456789'],
  ['routing number 021000021', 'ABA_ROUTING_NUMBER', '021000021'],
  ['sort code 20-00-00', 'BANK_ROUTING', '20-00-00'],
  ['MRN: 00123456', 'MEDICAL_RECORD_NUMBER', '00123456'],
  ['policy number HX-2290-1123', 'INSURANCE_NUMBER', 'HX-2290-1123'],
  ['VIN 1HGCM82633A004352', 'VIN', '1HGCM82633A004352'],
  ['the car 1HGCM82633A004352 was sold', 'VIN', '1HGCM82633A004352'],
  ['license plate 7ABC123', 'LICENSE_PLATE', '7ABC123'],
  ['Kennzeichen M-AB 1234', 'LICENSE_PLATE', 'M-AB 1234'],
  ['PESEL: 79030835344', 'PL_PESEL', '79030835344'],
  ['numer NIP: 060-270-26-31', 'PL_NIP', '060-270-26-31'],
  ['dowodu osobistego: PXK-658104', 'PL_ID_CARD', 'PXK-658104'],
  ['Steuer-ID 86 095 742 719', 'DE_TAX_ID', '86 095 742 719'],
  ['codice fiscale RSSMRA85T10A562S', 'IT_FISCAL_CODE', 'RSSMRA85T10A562S'],
  ['NIR 1 85 05 78 006 084 91', 'FR_NIR', '1 85 05 78 006 084 91'],
  ['CPF 529.982.247-25', 'BR_CPF', '529.982.247-25'],
  ['Aadhaar 2345 6789 0124', 'IN_AADHAAR', '2345 6789 0124'],
  ['PAN ABCPE1234F', 'IN_PAN', 'ABCPE1234F'],
  ['SIN 046 454 286', 'CA_SIN', '046 454 286'],
  ['TFN 123 456 782', 'AU_TFN', '123 456 782'],
  ['DNI 12345678Z', 'ES_NIF', '12345678Z'],
  ['BSN 111222333', 'NL_BSN', '111222333'],
  ['AHV 756.9217.0769.85', 'CH_AHV', '756.9217.0769.85'],
  ['BIC COBADEFFXXX', 'BIC_CODE', 'COBADEFFXXX'],
  ['btc 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'CRYPTO', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'CRYPTO', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  ['device 00:1A:2B:3C:4D:5E', 'MAC_ADDRESS', '00:1A:2B:3C:4D:5E'],
  ['Born on March 3, 1985.', 'DATE_OF_BIRTH', 'March 3, 1985'],
  ['DOB: 03/12/1979', 'DATE_OF_BIRTH', '03/12/1979'],
  ['Data urodzenia: 8 marca 1979', 'DATE_OF_BIRTH', '8 marca 1979'],
  ['geb. am 12.03.1980', 'DATE_OF_BIRTH', '12.03.1980'],
  ['né le 4 mai 1976', 'DATE_OF_BIRTH', '4 mai 1976'],
]

describe('numbers of people', () => {
  it.each(NAMED)('are found in %s', async (text, type, value) => {
    expect(await found(text)).toEqual([`${type}<${value}>`])
  })

  it.each(['PESEL: 79030835345', 'NHS number 943 476 5918', 'SIN 046 454 287', 'CPF 529.982.247-26'])(
    'are found where the text names them and a digit is mistyped: %s',
    async (text) => {
      expect(await found(text)).toHaveLength(1)
    },
  )
})

describe('what is no number of a person', () => {
  it.each([
    'Order 123456789 shipped 2024-01-05, invoice INV-20240105-001, version 1.2.30',
    'commit 4f2a9c1 at 0xDEADBEEF, build 20240105.3, size 1048576 bytes',
    'ticket JIRA-48213, SKU 0012345678905, tracking 1Z999AA10123456784',
    'GET /api/v2/orders/100234567 200 153ms trace=7f3c9b2ad1e04a55',
    'const limits = [100000, 250000, 1000000]; timeout = 300000',
    'The account was opened in 2019 and the policy changed in 2021.',
    'Chapter 3, section 12.4.2, page 118 of 300',
    'uuid 3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'node v22.14.0, rfc 9110, port 8080, 192 GB, 1440x900',
  ])('is left: %s', async (text) => {
    expect(await found(text)).toEqual([])
  })

  it('dates are left unless a policy names them', async () => {
    const text = 'The meeting is on 12 March 2024.'
    expect(await found(text)).toEqual([])
    const [named = []] = await engine.analyze([text], { entities: ['DATE_TIME'] })
    expect(named.map(({ start, end }) => text.slice(start, end))).toEqual(['12 March 2024'])
  })
})
