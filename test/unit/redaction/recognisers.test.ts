import { describe, expect, it } from 'vitest'
import { resolveOverlaps } from '../../../src/domain/redaction/resolve-overlaps.ts'
import { finds, leaves, typedIn } from './finds.ts'
import { engine } from './support.ts'

describe('e-mail addresses', () => {
  finds('EMAIL_ADDRESS', [
    'ann@example.com',
    ['Ann <ann.lee+x@sub.example.co.uk>.', 'ann.lee+x@sub.example.co.uk'],
    ['mailto:ann@example.com?subject=x', 'ann@example.com'],
    ['**ann@example.com**', 'ann@example.com'],
    ['email=ann@x.com&b=2', 'ann@x.com'],
    '"ann lee"@example.com',
    "o'neil@x.ie",
    'ann@xn--bcher-kva.example',
    'ann@bücher.de',
    '用户@例子.公司',
    'ann@[192.168.1.1]',
    'ann@acme.internal',
    'ANN@X.COM',
    ['write to ann@x.com.', 'ann@x.com'],
  ])
  leaves([
    'pkg@1.2.3',
    '@types/node',
    'git@github.com:a/b',
    'user@host',
    'a@b.notatld',
    'ann@example',
    '@',
    'a@',
    'icon@2x.zip',
  ])
})

describe('phone numbers', () => {
  finds('PHONE_NUMBER', [
    '(415) 555-2671',
    '415-555-2671',
    '415.555.2671',
    '415 555 2671',
    '415 - 555 - 2671',
    '+1 415 555 2671',
    '+14155552671',
    '1-800-555-1234',
    '555-123-4567',
    '+1 (555) 123-4567',
    '+44 (0)20 7946 0958',
    '0044 20 7946 0958',
    '020 7946 0958',
    '07911 123456',
    '030/901820',
    '06 12 34 56 78',
    '+48 601 234 567',
    '+55 11 91234-5678',
    '+86 138 0013 8000',
    ['call 4155552671 now', '4155552671'],
    ['tel. 601-234-567', '601-234-567'],
    ['phone: 555-1234', '555-1234'],
    ['(212) 555-0199 x123', '(212) 555-0199 x123'],
    ['Ann Lee, 4155552671, Berlin', '4155552671'],
  ])
  leaves([
    ...[
      'order 4155552671',
      '1700000000',
      '2024-05-17 10:42',
      '17.05.2024',
      '1,234,567.89',
      '3.14159265358979',
      '0.123456789012',
    ],
    ...['ISBN 978-3-16-148410-0', 'ORD-415-555-2671', '2001-2020', '10 000 000', 'sha 1234567', '12345678901234567890'],
  ])
  it('takes groups without a prefix for numbers where the language is spoken', async () => {
    expect(await typedIn('601 234 567')).toEqual([])
    expect(await typedIn('601 234 567', 'pl')).toEqual(['PHONE_NUMBER<601 234 567>'])
  })
})

describe('payment cards', () => {
  finds('CREDIT_CARD', [
    '4111111111111111',
    '4111-1111-1111-1111',
    '5500 0000 0000 0004',
    '3782 822463 10005',
    '30569309025904',
    '4222222222222',
    ['4111111111111111 123', '4111111111111111'],
    ['card 1234567812345670', '1234567812345670'],
    ['x=4111111111111111;', '4111111111111111'],
  ])
  leaves([
    ...[
      '4111111111111112',
      '1234567812345670',
      '0.4111111111111111',
      '1700000000000',
      '1700000000000000',
      '0000000000000000',
    ],
    ...['550e8400-e29b-41d4-a716-446655440000', 'a4111111111111111b'],
  ])
  it('tells two in a row apart', async () => {
    expect(await typedIn('4111 1111 1111 1111 5500 0000 0000 0004')).toEqual([
      'CREDIT_CARD<4111 1111 1111 1111>',
      'CREDIT_CARD<5500 0000 0000 0004>',
    ])
  })
})

describe('IBANs', () => {
  finds('IBAN_CODE', [
    'DE89370400440532013000',
    'de89 3704 0044 0532 0130 00',
    'GB82-WEST-1234-5698-7654-32',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    ['IBAN:PL61109010140000071219812874.', 'PL61109010140000071219812874'],
  ])
  leaves(['DE89370400440532013001', 'XX89370400440532013000', 'DE89 3704', 'ADE89370400440532013000'])
})

describe('US social security numbers', () => {
  finds('US_SSN', ['536-22-1234', ['SSN 536 22 1234', '536 22 1234'], ['ssn: 536221234', '536221234']])
  leaves([
    '000-12-3456',
    '666-12-3456',
    '900-12-3456',
    '536-00-1234',
    '536-22-0000',
    '536221234',
    '1-536-22-1234',
    '536-22-1234-5',
  ])
})

describe('IP addresses', () => {
  finds('IP_ADDRESS', [
    '192.168.1.1',
    ['10.0.0.1:80', '10.0.0.1'],
    ['10.0.0.7/8', '10.0.0.7'],
    ['[2001:db8::17]:443', '2001:db8::17'],
    ['fe80::1%eth0', 'fe80::1'],
    '::ffff:10.1.2.3',
    '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
    ['GET /x from 10.20.30.40.', '10.20.30.40'],
  ])
  leaves([
    ...[
      'version 1.2.3.4',
      'v1.2.3.4',
      'foo==1.2.3.4',
      '1.2.3.4.5',
      '256.1.1.1',
      '127.0.0.1',
      'the network 10.0.0.0/8',
      '0.0.0.0',
      '::1',
      'std::vector',
    ],
    ...['a::b', '12:30:45', 'aa:bb:cc:dd:ee:ff'],
  ])
})

describe('URLs', () => {
  finds('URL', [
    'https://ann@host.example/',
    ['(https://ann:pw@host.example/x).', 'https://ann:pw@host.example/x'],
    'https://example.com/?email=ann',
    'https://example.com/?q=ann%40x.com',
    'https://example.com/reset?token=abcdef',
    'https://github.com/annlee',
    'https://www.linkedin.com/in/ann-lee-123/',
    'linkedin.com/in/ann',
    'https://example.com/~ann/',
    'https://medium.com/@ann/post',
    'https://example.com/users/42',
  ])
  leaves([
    ...[
      'https://example.com/docs',
      'https://example.com/?page=2&sort=asc',
      'https://github.com/org/repo',
      'www.example.com',
    ],
    ...['linkedin.com/company/acme', 'https://api.example.com/v1/users', 'http://localhost:8080/x'],
  ])
})

describe('overlaps', () => {
  it('are named after what holds all of them', async () => {
    expect(await typedIn('https://a:b@host.example/4111111111111111')).toEqual([
      'URL<https://a:b@host.example/4111111111111111>',
    ])
  })
  it('are named after the better evidence where they are the same', async () => {
    expect(await typedIn('password=4111111111111111')).toEqual(['CREDIT_CARD<4111111111111111>'])
  })
  it('that are partial give one result over both', async () => {
    const one = { entityType: 'A', start: 0, end: 8, score: 0.9, evidence: 'format', recognizer: 'a' } as const
    const two = { entityType: 'B', start: 5, end: 12, score: 0.5, evidence: 'checksum', recognizer: 'b' } as const
    const three = { ...one, entityType: 'C', start: 12, end: 14 }
    expect(resolveOverlaps([three, two, one])).toEqual([{ ...two, start: 0, end: 12 }, three])
  })
})

describe('the built-in engine', () => {
  it('gives ordered, disjoint results for each text, and none for an empty one', async () => {
    const results = await engine.analyze(['b@x.com a@x.com', '', '10.1.1.1'])
    expect(results.map((list) => list.length)).toEqual([2, 0, 1])
    expect(results[0]?.[0]).toMatchObject({
      entityType: 'EMAIL_ADDRESS',
      start: 0,
      end: 7,
      score: 1,
      recognizer: 'email',
    })
  })
  it('keeps to types and thresholds', async () => {
    const text = 'ann@x.com 10.1.1.1 password=hunter2-9'
    const types = async (options: object) => (await engine.analyze([text], options))[0]?.map((one) => one.entityType)
    expect(await types({ entities: ['IP_ADDRESS'] })).toEqual(['IP_ADDRESS'])
    expect(await types({ scoreThreshold: 0.9 })).toEqual(['EMAIL_ADDRESS', 'IP_ADDRESS'])
    expect(await types({ entities: [] })).toEqual([])
  })
  it('stops when it is told to', async () => {
    await expect(engine.analyze(['x'], { signal: AbortSignal.abort() })).rejects.toThrow()
  })
  it('is not confused by half characters', async () => {
    expect(await typedIn('\ud83d ann@x.com \ude00')).toEqual(['EMAIL_ADDRESS<ann@x.com>'])
  })
})
