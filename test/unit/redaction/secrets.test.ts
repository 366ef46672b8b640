import { describe, expect, it } from 'vitest'
import { finds, leaves, typedIn } from './finds.ts'

describe('secrets', () => {
  finds('SECRET', [
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'sk-proj-abcDEF123456abcDEF123456',
    'sk-ant-api03-abcdefghijklmnop-qrst1234',
    'xoxb-123456789012-abcdefABCDEF',
    'AIzaSyA-1234567890abcdefghijklmnopqrstu',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
    'https://hooks.slack.com/services/T0/B0/abcdefghijk',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----',
    ['Authorization: Bearer abcdefghijklmnop1234', 'abcdefghijklmnop1234'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['postgres://app:s3cr3t@db:5432/x', 'app:s3cr3t'],
    ['redis://:p@ss@h:1', ':p@ss'],
    ['postgres://app:s3cr3t@db.example.com/x', 'app:s3cr3t'],
    ['Server=db;User Id=sa;Password=Pa$$w0rd;', 'Pa$$w0rd'],
    ['password: hunter2', 'hunter2'],
    ['my password is Tr0ub4dor&3.', 'Tr0ub4dor&3'],
    ['PASSWORD="correct horse battery staple"', 'correct horse battery staple'],
    ["'password' => 'hunter2'", 'hunter2'],
    ['DB_PASSWORD=letmein', 'letmein'],
    ['Passwort: geheim123', 'geheim123'],
    ['AccountKey=abcd1234abcd1234==;EndpointSuffix', 'abcd1234abcd1234=='],
    ['curl -u admin:hunter2 http://x', 'admin:hunter2'],
    ['--token abcd1234', 'abcd1234'],
    ['CVV 123', '123'],
  ])
  it('takes a private key without an end as far as its body goes', async () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B\n'.repeat(3)}`
    expect(await typedIn(`${key}\nHello there, this is text.`)).toEqual([`SECRET<${key.trimEnd()}>`])
  })
  leaves([
    ...['the password is required', 'password is correct', 'password: string', 'const password = process.env.PASSWORD'],
    ...[
      'password = getpass()',
      'password=${DB_PASSWORD}',
      'password=<your password>',
      'if (password == null)',
      'max_tokens=4096',
    ],
    ...[
      'token = tokens[i]',
      'tokenizer: "cl100k_base1"',
      'the secret is out',
      'pwd=/home/ann',
      'docker run -u 1000:1000 x',
    ],
    ...['commit 0123456789abcdef0123456789abcdef01234567', 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA'],
    ...['import { token } from "./token.js"', 'primary key: customer_id_1234567'],
  ])
})

describe('hidden values', () => {
  it.each([
    ...['ann\\u0040x.com', 'ann\\\\u0040x.com', 'ann\\x40x.com', 'ann%40x.com', 'ann%2540x.com', 'ann&#64;x.com'],
    ...['ann&commat;x&period;com', 'ann\u200b@x\u200b.com', 'ann＠x.com', '\\u0061nn@x.com'],
  ])('are found where they stand: %s', async (text) => {
    expect(await typedIn(`see ${text}, please`)).toEqual([`EMAIL_ADDRESS<${text}>`])
  })
  it('are found in full-width digits', async () => {
    expect(await typedIn('４１１１１１１１１１１１１１１１')).toEqual(['CREDIT_CARD<４１１１１１１１１１１１１１１１>'])
  })
})
