import { describe, expect, it } from 'vitest'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'

function secretsIn(text: string): string[] {
  const found = secret.find(text, 'en').map(({ start, end }) => text.slice(start, end))
  return [...new Set(found)]
}

describe('A code that lets somebody in is a secret', () => {
  it.each([
    ['meine PIN ist immer noch 7316', '7316'],
    ['they asked for my PIN. So I said 7316.', '7316'],
    ['IP PIN (spouse): 731604', '731604'],
    ['{"user":"x","otp":"731604"}', '731604'],
    ['{"mfaCode": 731604}', '731604'],
    ['the one-time code they texted me is 731 604', '731 604'],
    ['731604 is your sign-in code', '731604'],
    ['Use 731604 as your login code', '731604'],
    ['Bestätigungscode 731604 eingegeben', '731604'],
    ['Der Türcode ist 7316', '7316'],
    ['Schlüsseltresor, Code 7316', null],
    ['Schlüsseltresor Code 7316', '7316'],
    ["le code de l'alarme est 7316", '7316'],
    ['digicode : B7316, 2e étage', 'B7316'],
    ['code portail 7316', '7316'],
    ['el código del portal es 7316', '7316'],
    ['mi pin es 7316', '7316'],
    ['codice cancello nuovo: 7316B', '7316B'],
    ['il mio pin del bancomat è 7316', '7316'],
    ['code van het alarm is 7316', '7316'],
    ['verificatiecode 731604', '731604'],
    ['kod do furtki: 7316', '7316'],
    ['mój PIN to 7316', '7316'],
    ['senha do cartão 7316', '7316'],
    ['código do portão: 7316', '7316'],
    ['lockbox 7316', '7316'],
    ['the safe combination is 31-7-16', '31-7-16'],
    ['backup codes: 73160418, 22817094', '73160418, 22817094'],
    ['code de secours 7316-0418', '7316-0418'],
    ['I keep forgetting my PIN, its 7316', '7316'],
    ['pin for the phone 7316', '7316'],
    ['keybox 7316 left of the door', '7316'],
    ['gate: 7316#', '7316#'],
    ['Ihr Code: 731604', '731604'],
    ['Twój kod logowania to 731604', '731604'],
    ['Freischaltcode: K7Q-99X', 'K7Q-99X'],
    ['Windows key: Q7RN2-ZOKF4-1ST9G-Q8XVW-LD3B7', 'Q7RN2-ZOKF4-1ST9G-Q8XVW-LD3B7'],
    ['voicemail password 731604', '731604'],
    ['meeting pw: 731604', '731604'],
  ])('in %j', (text, code) => {
    expect(secretsIn(text)).toEqual(code === null ? [] : [code])
  })

  it.each([
    'error code 7316, exit code 137, status code: 4040 at the gateway',
    'code postal 75011, código postal 28013, kod pocztowy 00-950',
    'Fehlercode 7316 im Torsteuergerät',
    'the source code has 7316 lines, code coverage 8123 of 9000',
    'OTP flow 7316 ms, otp_ttl: 3600, otp.expires=3600, MFA enabled since 2024',
    'verification code expires in 3600 seconds, recovery code count: 10',
    '{"alarms": [{"code": "AL-7316", "sev": 2}]}',
    'lock timeout 5000 ms, gate 7316 opened, door 12 alarm 7316 cleared',
    'verificatie van code 2024, security code review of 4471 files',
    'gate B44 opens 10:20, safe version 2024, flight gate: A12',
    'access code of conduct 2024, unlock code path in v2024',
  ])('and other numbers are none: %j', (text) => {
    expect(secretsIn(text)).toEqual([])
  })
})

describe('A password that a sentence tells is a secret', () => {
  it.each([
    ['changed her password from wintersun83 to oakdoor27', ['wintersun83', 'oakdoor27']],
    ['the password used to be wintersun83 and is now oakdoor27', ['wintersun83', 'oakdoor27']],
    ['DigiD-wachtwoord gedeeld (wintersun83), graag wijzigen', ['wintersun83']],
    ['la pw del wifi è wintersun83', ['wintersun83']],
    ['a senha do wifi é wintersun83', ['wintersun83']],
    ['clave wifi wintersun83', ['wintersun83']],
    ['hasło do wifi wintersun83', ['wintersun83']],
    ['inlog jdevries, ww wintersun83', ['wintersun83']],
    ['mot de passe provisoire Wintersun83', ['Wintersun83']],
    ['login portale m.rossi / Ortles-8316', ['Ortles-8316']],
    ['wifi: GuestNet / wintersun83', ['wintersun83']],
    ['passphrase for the key: otter window basalt trumpet', ['otter window basalt trumpet']],
    ['net use S: \\\\fs2\\hr$ /user:CORP\\jdoe Winter#Sun83', ['Winter#Sun83']],
    ['net use S: \\\\fs2\\hr$ Winter#Sun83 /user:CORP\\jdoe', ['Winter#Sun83']],
    ['my token dies with me (q7Rn2ZoKf41sT9gQ8xVwLd3b), revoke it', ['q7Rn2ZoKf41sT9gQ8xVwLd3b']],
    ['token_vpn: q7Rn2ZoKf41sT9gQ8xVwLd3b', ['q7Rn2ZoKf41sT9gQ8xVwLd3b']],
    ['login ok sess=q7Rn2ZoKf41sT9gQ8xVwLd3b', ['q7Rn2ZoKf41sT9gQ8xVwLd3b']],
    ['session.new sid=4f1c9a07e2d85b3660fa91c47de2b8a3 ok', ['4f1c9a07e2d85b3660fa91c47de2b8a3']],
    ['Authorization: Basic YW5uOnB3', ['YW5uOnB3']],
    ['psk="wintersun83"', ['wintersun83']],
    ['réinitialisé le mot de passe à ete2024', ['ete2024']],
    ['nieuw wachtwoord wordt zomer2024', ['zomer2024']],
    ['user/pass jdoe / wintersun83', ['wintersun83']],
    ['it was glpat[-]q7Rn2ZoKf41sT9gQ8xVw', ['glpat[-]q7Rn2ZoKf41sT9gQ8xVw']],
    ['token is ghp_q7Rn2ZoKf4 1sT9gQ8xVwLd3bHj5nM2pC6y', ['ghp_q7Rn2ZoKf4 1sT9gQ8xVwLd3bHj5nM2pC6y']],
  ])('in %j', (text, secrets) => {
    expect(secretsIn(text)).toEqual(expect.arrayContaining(secrets))
  })

  it.each([
    'upsertOne PASS, code39_checkDigit FAIL, other PASS',
    'PASS src/cart/sumTotals2.test.ts',
    'Passwort vergessen? Link in Version2',
    'pass: 1204, fail: 3; password 2024 policy, passwords: 12 of them',
    'the passwords are base64 in db01, hashed with sha256 or bcrypt12',
    'password must match ^[A-Za-z0-9]{8,}$',
    'token_type: bearer, token_count: 128000, session_id=550e8400-e29b-41d4-a716-446655440000',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:MySecret-a1b2c3',
    'public key fingerprint SHA256:uNiVztksCsDhcc0u9e8BrkQ9mMm3Kq7LpZ2x',
    'dkim=pass (2048-bit key), spf=pass (BAYES_50)',
    'authMode=RS256WithJwks2024',
    'let sleutel = fxhash::hash64(x)',
    '{"auth":{"password":"$PW"},"street1":"Road 3","at":"2025-05-20T21:03:55Z"}',
  ])('and other words are none: %j', (text) => {
    expect(secretsIn(text)).toEqual([])
  })
})
