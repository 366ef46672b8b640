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
    'defmodule Depot.Belt do\n  @impl true\n  @drain_ms 12_500\n  @moduledoc """',
    'device IMEI 353650114204253, 3 slots; AWB 020-41187326; Job 20250212-0300',
    'export cleared, MRN 24GB8AGLND2M69AUAN; label in the police DIN 1451',
    'const GTINS = ["5901234123457", "4005526001032"]',
    '3760211480011;12;9,75;117,00',
    'rollout of Rollout ring 0 starts; Freier Platz 18 %; Overweg 22.7 is closed',
    'WARN [pool-2] pl.przyklad.cennik.Walidator - EAN 593174013702 ma 12 cyfr',
    'according to rozp. 1935/2004, oven zones 155 / 172 / 168 / 150, size 211 438 592 byte, run 20250602-1',
    '  5 Reallocated_Sector_Ct   0x0033   098   098   010    Pre-fail',
    'Algol             03 08 10.1   +40 57 20    B     2s',
    'Recv:  1 +0.098 +0.055 +0.001 -0.044',
    'attenuator serial 6EQBM5RVQ, calibration due 2025-02.',
    '12;1.05;Tracked 48;in transit\n2024-09-04;FedEx',
    'pkg:maven/io.netty/netty-codec-http2@4.1.94.Final',
    'a car is parked between the old warehouse and the northern gate, by STK-20932',
    '[12:06:41] collect2: error: ld returned 1 exit status\n[12:06:42] ninja: build stopped: subcommand failed.\n[12:06:44] Finished: FAILURE (2 min 37 s)',
    '<assemblyIdentity name="Castle.Core" publicKeyToken="407dd0808d44fbdc" culture="neutral" />',
    'pallets SSCC 356012340447182033',
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
    ['[10:03] mwangi_k: note that it failed, the error is back', 'mwangi_k'],
    ['[10:03] mwangi_k: success, finally', 'mwangi_k'],
    ['chiami lo 041 822 7709', '041 822 7709'],
    ['Tel.: 0171  2345678, please', '0171  2345678'],
    ['phone 030 / 1234 / 5678', '030 / 1234 / 5678'],
    ['https://shop.example/users/zyxela', 'https://shop.example/users/zyxela'],
    ['https://gist.github.com/zyxela-88', 'https://gist.github.com/zyxela-88'],
    ['https://lenabrandt.wordpress.com/about', 'https://lenabrandt.wordpress.com/about'],
    ['https://profile.example/lucja-zyxowska/', 'https://profile.example/lucja-zyxowska/'],
    ["INSERT INTO users (id, login) VALUES (7, 'dkowalxy');", 'dkowalxy'],
    ['SOL wallet 9yLmQ3hD24xA7bP5rTzWc8KfNvE6sGjU1oRiHqBtXdMw ok', '9yLmQ3hD24xA7bP5rTzWc8KfNvE6sGjU1oRiHqBtXdMw'],
    ['LTC LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1', 'LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'],
    ['sent to zyxela-7.eth', 'zyxela-7.eth'],
    ['mailto=ann_at_zyx_dot_example', 'ann_at_zyx_dot_example'],
    ['wire to GB.33.BU.KB.20.20.15.55.55.55.55 please', 'GB.33.BU.KB.20.20.15.55.55.55.55'],
    ['https://jobs.example/candidato/zyxela', 'https://jobs.example/candidato/zyxela'],
    ['https://x.example/cv/maria-lopez-garcia', 'https://x.example/cv/maria-lopez-garcia'],
    ['card 5901234123457 was declined', '5901234123457'],
    ['MRN 24778812 was admitted', '24778812'],
    ['CNP 3760211480011', '3760211480011'],
    ['{"mail": "a.zyx@intranet-b"}', 'a.zyx@intranet-b'],
  ])('and what is somebody’s does not: %j', async (text, value) => {
    expect(await found(text)).toEqual([value])
  })
})
