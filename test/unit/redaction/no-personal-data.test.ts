import { describe, expect, it } from 'vitest'
import { found } from './support.ts'

describe('What is nobody’s stays', () => {
  it.each([
    'fw 9.14.2.118 installed, next 9.14.3.2; runner 12.4.0.1, chart 4.12.0.7',
    'upgrade from 3.2.1.0 to 3.3.0.0; rate-api 4.12.0.7 -> 4.13.0.0',
    'openssl 1.1.1.4, glibc 2.31.0.9, AssemblyVersion("1.2.3.4")',
    'placeholders: (000) 000-0000, AA 99 99 99 A, 999-99-9999',
    'UNB+UNOC:3+14:250311:0204+00088417++INVOIC',
    'batch 20261014-0077, e-ticket 125-2401189337',
    'protocollo SdI 11882204417, scarto 00423',
    'protocolo 2025.0412.3456-7',
    'IMEI 356938035643809',
    'spedizione BRT 0418 2277 0912 03, PL 07700-900-123 / rev C',
    "INSERT INTO products (id, name) VALUES (7, 'Lamp');",
    'checksum 9yLmQ3hD24xA7bP5rTzWc8KfNvE6sGjU1oRiHqBtXdMw, module web3.eth.accounts',
    'https://gist.github.com/discover https://kubernetes-sigs.github.io/docs/start https://shop.example/products/lamp-shade',
    'https://github.com/sponsors https://shop.example/users/list https://shop.example/account/settings',
  ])('%j', async (text) => {
    expect(await found(text)).toEqual([])
  })

  it.each([
    ['Failed password for root from 5.9.12.30 port 22', '5.9.12.30'],
    ['5.9.12.30 - - [26/Nov/2025:14:02:13 +0100] "GET /"', '5.9.12.30'],
    ['connexion depuis 5.9.12.30', '5.9.12.30'],
    ['X-Forwarded-For: 5.9.12.30', '5.9.12.30'],
    ['{"remote_addr":"5.9.12.30"}', '5.9.12.30'],
    ['host 10.0.12.5 is down', '10.0.12.5'],
    ['chiami lo 041 822 7709', '041 822 7709'],
    ['https://shop.example/users/zyxela', 'https://shop.example/users/zyxela'],
    ['https://gist.github.com/zyxela-88', 'https://gist.github.com/zyxela-88'],
    ['https://lenabrandt.wordpress.com/about', 'https://lenabrandt.wordpress.com/about'],
    ['https://profile.example/lucja-zyxowska/', 'https://profile.example/lucja-zyxowska/'],
    ["INSERT INTO users (id, login) VALUES (7, 'dkowalxy');", 'dkowalxy'],
    ['SOL wallet 9yLmQ3hD24xA7bP5rTzWc8KfNvE6sGjU1oRiHqBtXdMw ok', '9yLmQ3hD24xA7bP5rTzWc8KfNvE6sGjU1oRiHqBtXdMw'],
    ['LTC LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1', 'LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'],
    ['sent to zyxela-7.eth', 'zyxela-7.eth'],
    ['mailto=ann_at_zyx_dot_example', 'ann_at_zyx_dot_example'],
    ['{"mail": "a.zyx@intranet-b"}', 'a.zyx@intranet-b'],
  ])('and what is somebody’s does not: %j', async (text, value) => {
    expect(await found(text)).toEqual([value])
  })
})
