import { describe, expect, it } from 'vitest'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { found } from './support.ts'

const secretsIn = (text: string): string[] => [
  ...new Set(secret.find(text, 'en').map(({ start, end }) => text.slice(start, end))),
]

describe('A password of letters alone is one', () => {
  it.each([
    ['services:\n  db:\n    environment:\n      MARIADB_ROOT_PASSWORD: zzyx\n      MARIADB_USER: wiki\n', 'zzyx'],
    ['SMTP_PASS=zzyxsun\nSMTP_PORT=25', 'zzyxsun'],
    ['  username: app\n  password: zzyxsun\n  pool: 5', 'zzyxsun'],
    ['password: zzyxsun\nhost: db01', 'zzyxsun'],
    ['APP_PASSWORD: topsecret\nB_PASSWORD: validation', 'topsecret'],
    ['A senha, acho que era z z y x o 3, tudo junto.', 'z z y x o 3'],
    ['The passphrase should be zzyx river lantern.', 'zzyx river lantern'],
    ['PAGER_ROUTING = "R09GS3H9PC3JLRA7TW3CXAQZSAR7TDK8"', 'R09GS3H9PC3JLRA7TW3CXAQZSAR7TDK8'],
  ])('in %j', (text, value) => {
    expect(secretsIn(text)).toEqual([value])
  })

  it.each([
    'login:\n  username: Benutzername\n  password: Kennwort\n',
    'interface Login {\n  username: string\n  password: string\n}',
    'user: bob\npassword: required|min:8\n',
    'DB_PASSWORD: required\nDB_PASSWORD: The password of the database',
    'DB_PASSWORD=$DB_PASS\nAPP_PASSWORD=\nAPP_PASSWORD: vault',
    'Title: Settings\npassword: zzyxsun\ncolour: red',
    'id = "arn:aws:secretsmanager:eu-west-2:730118824490:secret:smtp-Qx7Lm2|3a3c0cb0-9dc0-4874-9b3a-d6003e1a769e"',
    'Cache key: gradle-Linux-797ad48ed09034e9Ab1',
    'CACHE_KEY=go-mod-d00b440dfae4e364Ab1',
    'npm notice shasum: 684d683c7ec1ea8433eed6ec28d15de6537f4eb6',
    'file=pubspec.lock:204  sha256: "5d0b6fae5d9f1658e0db6989610db58388d4b15434cca5fe9a711c94cce519c6" secret',
  ])('and nothing is one in %j', (text) => {
    expect(secretsIn(text)).toEqual([])
  })
})

describe('An account of a program is nobody', () => {
  it.each([
    'lvs.db.user=svc_zzyx\nlvs.port=1433',
    'user is etl_loader, pw in the vault',
    'postgresql://db/claims, user=claims_rw, password in the vault',
    'prefetch: 20\n  max_per_minute: 120\n  deposit_iban: unknown',
    'Anmeldung fehlgeschlagen. Benutzername oder Passwort stimmen nicht.',
    'Rientro previsto su Paganini, il vecchio schedulatore',
  ])('in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })

  it.each([
    ['{"nick":"zzyxen_wander","level":4}', 'zzyxen_wander'],
    ['one success for z.daly_agency at 01:58', 'z.daly_agency'],
    ['mwangi_k: found it at last', 'mwangi_k'],
    ['Thibaud (identifiant tzzyxarant). Hôte', 'tzzyxarant'],
  ])('but somebody is in %j', async (text, account) => {
    expect(await found(text)).toEqual([account])
  })

  it('nor is what a log calls a part of itself before a time, where those who speak in a chat are', async () => {
    const chat = 'yuto.nakahara 03:16  anyone awake?\nzzyxly 03:29  I am in\nyuto.nakahara 03:30  thanks a lot'
    expect(await found(chat)).toEqual(['yuto.nakahara', 'zzyxly', 'yuto.nakahara'])
    expect(await found('kubelet 03:16  INFO node is up\nnginx 03:29  open port 80\nworker 03:30  all done')).toEqual([])
  })
})

describe('Travellers in a table, as airlines write them,', () => {
  it('are persons, with their days of birth', async () => {
    const text = 'PAX | DOC | NAC\nZZYX/ELADIO | ref 1 | 12MAR81\nZZYX/FLOR DE MARÍA | ref 2 | 30JUL12'
    expect(await found(text)).toEqual(['ZZYX/ELADIO', '12MAR81', 'ZZYX/FLOR DE MARÍA', '30JUL12'])
  })
})

describe('Who speaks in a talk whose colons stand behind a space', () => {
  it('is somebody', () => {
    const text = 'Lucas : on a le login ?\nZzyxadou : ça passe pas\nMaria : essaie encore\nLucas : ok'
    const names = refineNames(text, [], 'model').map(({ start, end }) => text.slice(start, end))
    expect(names).toContain('Zzyxadou')
  })
})

describe('A month that people are called as well', () => {
  it('is one beside its day, and nobody', () => {
    const names = (text: string): string[] =>
      refineNames(text, [], 'model').map(({ start, end }) => text.slice(start, end))
    expect(names('- 3 Jan: direct debit\n- Jan 12 second one, 09 Jan 2025')).toEqual([])
    expect(names('Please ask Jan whether it was paid')).toEqual(['Jan'])
  })
})

describe('What looks like a value', () => {
  it.each([
    ['firme con cédula 1.032.477.118 y q', '1.032.477.118'],
    ['Cover through BNVKGB2LXXX. Charges OUR', 'BNVKGB2LXXX'],
  ])('is one in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it.each([
    'chart 4.12.0.7 of the release',
    "date_of_birth DATE CHECK (date_of_birth > DATE '1900-01-01')",
    'Nummer hat nicht 17 Stellen.\nE-3004  Kennzeichen falsch',
    'unleserlich, Dunkelstufe 14\nET-0511    | Labor',
    'Preston North 1, Mount Isa 2\nE1022 ROAMING_STEERING',
    'no vehicle:\nPAY-1021   451   no\nPAY-1030  500   yes\nPAY-1044  500   yes',
    'listing MLS4410098812,BER-109-447-201, Social Insurance number unknown',
  ])('is none in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})
