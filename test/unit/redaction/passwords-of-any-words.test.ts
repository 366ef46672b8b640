import { describe, expect, it } from 'vitest'
import { isPublic, publicMaterial } from '../../../src/domain/redaction/recognisers/public-material.ts'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'
import { wholeSecret } from '../../../src/domain/redaction/recognisers/secret-extent.ts'
import { tableCell } from '../../../src/domain/redaction/recognisers/table-cell.ts'

function secretsIn(text: string): string[] {
  const found = [...secret.find(text, 'en'), ...tableCell.find(text, 'en')]
    .filter(({ entityType }) => entityType === 'SECRET')
    .map(({ start, end }) => text.slice(start, end))
  return [...new Set(found)]
}

describe('A password is masked whatever words it is made of, where its place shows where it begins and ends', () => {
  it.each([
    ['the passphrase of the backup is "seven owls in a barn"', 'seven owls in a barn'],
    ['Das WLAN-Kennwort (Netz Halle 4) lautet: „Ein Igel im Laub.“', 'Ein Igel im Laub.'],
    ['le mot de passe est désormais « Chouette de nuit »', 'Chouette de nuit'],
    ['de wachtwoord is `rode fiets`', 'rode fiets'],
    ['The new password for the till is:\n  gravel-and-honey\nAsk me if it fails.', 'gravel-and-honey'],
    ['A palavra-passe nova é\ndois melros\nAté já', 'dois melros'],
    ['Backup passphrase: when otters learn to count\n', 'when otters learn to count'],
    ['il nuovo mot de passe est sapin.bouleau.tilleul ; merci', 'sapin.bouleau.tilleul'],
    ['Temporary password .... Gravel=Honey', 'Gravel=Honey'],
    ['Network      Lobby\n  Password     warm milk 12\n', 'warm milk 12'],
    ['password: "my-dog-rex"', 'my-dog-rex'],
    ['the passphrase is "put the kettle on"', 'put the kettle on'],
    ['passphrase is gruyere fondue tuesday i think. fallback', 'gruyere fondue tuesday'],
    ['make,driver,fuel_card_pin\nGolf,Zzyx,7302\nClio,Qwoll,1185\n', '1185'],
    ['"POST /login" 403 sid=1uwrjqxazdhqtptl7xii2h11rt\n', '1uwrjqxazdhqtptl7xii2h11rt'],
    ['spring.mail.password=abcd efgh ijkl mnop\nserver.port=80', 'abcd efgh ijkl mnop'],
    ['become_password=quite.a.thing\nbecome=yes', 'quite.a.thing'],
  ])('%j', (text, value) => {
    expect(secretsIn(text)).toContain(value)
  })
})

describe('A password is masked where programs take it', () => {
  it.each([
    ["sshpass -p 'warm milk' ssh root@box", 'warm milk'],
    ['htpasswd -b /etc/nginx/users stats gravelhoney', 'gravelhoney'],
    ['echo "gravelhoney" | sudo -S reboot', 'gravelhoney'],
    ['net use Z: \\\\srv\\docs /user:svc_scan "Red Wheelbarrow 3"', 'Red Wheelbarrow 3'],
    ['(ConvertTo-SecureString "Gravel.Honey" -AsPlainText -Force)', 'Gravel.Honey'],
    ["CREATE USER 'app'@'%' IDENTIFIED BY 'gravel';", 'gravel'],
    ["CREATE USER app WITH ENCRYPTED PASSWORD $$it's honey$$;", "it's honey"],
    ['snmp-server community grain_mill_ro RO', 'grain_mill_ro'],
    ["ldap_bind($c, 'uid=x,dc=y', 'gravel?');", 'gravel?'],
    ['WIFI:T:WPA;S:Lobby;P:gravel\\;honey;;', 'gravel\\;honey'],
    ["define('DB_PASSWORD', 'gravel honey');", 'gravel honey'],
    ['.header("X-Api-Key", "5f0c2b7a91d34e8650fa11c7")', '5f0c2b7a91d34e8650fa11c7'],
    ['$conf[\'mot_de_passe\'] = "gravier miel";', 'gravier miel'],
    [
      'https://api.telegram.org/bot5551234567:AAF0123456789abcdefghijklmnopqrstuv/send',
      '5551234567:AAF0123456789abcdefghijklmnopqrstuv',
    ],
    ['authenticator secret key: JBSW Y3DP EHPK 3PXP', 'JBSW Y3DP EHPK 3PXP'],
    [
      'unlock with 111111-222222-333333-444444-555555-666666-777777-888888',
      '111111-222222-333333-444444-555555-666666-777777-888888',
    ],
    ['dsn := "app:Gravel-7@tcp(db:3306)/crm"', 'Gravel-7'],
    ['alarm code (off/on): 4417 / 4418', '4418'],
    ['device;user;password;note\nrouter;admin;patata;change', 'patata'],
    ['Platz;Nutzer;PIN;Notiz\n4;ann;0417;neu', '0417'],
    ['key_id: ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['| Host | Login | Kennwort |\n|---|---|---|\n| nas | root | drei Birnen |', 'drei Birnen'],
  ])('%j', (text, value) => {
    expect(secretsIn(text)).toContain(value)
  })
})

describe('What is public or says something of passwords is left', () => {
  it.each([
    'the field "password" is "required"',
    'Your password must be "strong"',
    'Password policy:\nAt least twelve signs',
    'json={"password": pw, "confirm": pw}',
    'password=os.environ\npwd=/home/ann\n',
    'STRIPE_PUBLISHABLE_KEY=pk_live_51Habcdefghijklmnop1234',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops',
    'token fingerprint: SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDIOPMOmeRvpZmNAcM',
    'curl -u "$USERNAME:$PASSWORD" https://x.example',
    'client_secret=YOUR_CLIENT_SECRET',
    'botToken: xoxb-your-token-here',
    'nut_password: !vault |',
    'API_KEY=inserire-la-chiave',
    'Pin;Function;Voltage\nPA10;UART_RX;3.3\nPB2;GPIO;5.0\n',
    'Clave;Descripción;Precio\nTX-4410;Tornillo;12.00\n',
    'Size;Color;Combination\nXL;red;4410 A\n',
    'Rooms: Admin / Finance, Root / Branch',
    'the authentication-key must match, snmp community strings are old',
    'Lipsk: 04109, comunità: 1200 persone',
    'Login     Password     Role\n',
  ])('%j', (text) => {
    expect(secretsIn(text)).toEqual([])
  })

  it('also where it was found by other means', () => {
    const text = 'Peer PublicKey = q0o8rYl6T5wZ0m3x9uV1sQ2kP4nB7cD8eF6gH5jK3lM= and psk Zz9'
    const at = text.indexOf('q0o8')
    expect(isPublic(text, { start: at, end: at + 44 }, publicMaterial(text))).toBe(true)
    expect(isPublic(text, { start: text.indexOf('Zz9'), end: text.length }, publicMaterial(text))).toBe(false)
  })
})

describe('Of a password no half is left', () => {
  const whole = (text: string, part: string): string => {
    const at = text.indexOf(part)
    const { start, end } = wholeSecret(text, at, at + part.length)
    return text.slice(start, end)
  }
  it.each([
    ['to the quotes', 'set it to "gravel & honey 7" please', 'gravel', 'gravel & honey 7'],
    ['back to the quotes', "set it to 'gravel & honey7' please", 'honey7', 'gravel & honey7'],
    ['to the end of the cell', '| nas | Gravel_Bank 88     | Ann |', 'Gravel_Bank', 'Gravel_Bank 88'],
    ['to the ends of its signs', 'key r4d-shared-x7 ok', 'shared', 'r4d-shared-x7'],
    ['back over its parts', 'live: ACME/pk9/7TTQ-0XK3 ok', '7TTQ', 'ACME/pk9/7TTQ-0XK3'],
    ['not back into an address', 'see https://acme.example/7TTQ-0XK3', '7TTQ', '7TTQ-0XK3'],
    ['not to the end of the sentence', 'it is Gravel!', 'Gravel', 'Gravel'],
    ['not over an apostrophe', "ann's Gravel7 isn't new", 'Gravel7', 'Gravel7'],
    ['not beyond its line', 'say "Gravel7\nand "more"', 'Gravel7', 'Gravel7'],
  ])('%s', (_, text, part, expected) => {
    expect(whole(text, part)).toBe(expected)
  })
})
