/** The group of an entity type that corpora distinguish. */
export function groupOf(entityType: string): string {
  const direct: Readonly<Record<string, string>> = {
    PERSON: 'PERSON',
    STREET_ADDRESS: 'ADDRESS',
    LOCATION: 'ADDRESS',
    CREDIT_CARD: 'CREDIT_CARD',
    PHONE_NUMBER: 'PHONE',
    EMAIL_ADDRESS: 'EMAIL',
    IBAN_CODE: 'IBAN',
    IP_ADDRESS: 'IP_ADDRESS',
    DATE_OF_BIRTH: 'BIRTH',
    DATE_TIME: 'BIRTH',
    VIN: 'VEHICLE',
    LICENSE_PLATE: 'VEHICLE',
    SECRET: 'SECRET',
  }
  if (direct[entityType] !== undefined) return direct[entityType]
  if (/PASSPORT|DRIVER|ID_CARD/.test(entityType)) return 'DOCUMENT'
  if (/^[A-Z]{2}_/.test(entityType) || /VAT_NUMBER|ROUTING/.test(entityType)) return 'NATIONAL_NUMBER'
  return entityType
}
