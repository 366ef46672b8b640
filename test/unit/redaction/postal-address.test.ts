import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postalAddress } from '../../../src/domain/redaction/recognisers/address/postal-address.ts'

function widest(text: string): string | undefined {
  const [first] = postalAddress.find(text, 'en').sort((a, b) => b.end - b.start - (a.end - a.start))
  return first === undefined ? undefined : text.slice(first.start, first.end)
}

describe('A postal address', () => {
  it.each([
    '10 Downing Street, London SW1A 2AA',
    'No 7 Adeola Odeku St, Victoria Island, Lagos',
    '4410 FM 1960 Rd, Bldg 4, Humble, TX 77338',
    '88 W State Hwy 6, Waco, TX 76712',
    'Tầng 6, 36 Trần Phú, Hải Châu, Đà Nẵng',
    '12/4 Đường Lê Lợi, Phường 3, Quận 5, TP. Hồ Chí Minh',
    'Postfach 12 34, 53113 Bonn',
    'c/o Meyer, Gartenweg 3, 04109 Leipzig',
    '12 rue pasteur 69007 lyon',
    'chemin des prés 8 à 1260 nyon',
    'via roma 3 int. 4, 10121 torino',
    'Bytom, ul. Piekarska 12/3, 41-902',
    'Calle 60 No. 12 x 35 y 37, Col. Centro, 97000 Mérida',
    'Av. Insurgentes Sur 1602, Col. Roma, C.P. 03940, CDMX',
    'Av. Sete de Setembro, 12, Barra, Salvador/BA, CEP 40130-001',
    'R. Augusta, 1200 - Consolação, São Paulo/SP',
    'Povoado Boa Hora, s/n, zona rural, 64600-001 Picos - PI',
    'Quadra 12, Lote 3, Setor Sul, Goiânia - GO',
    'SQN 308 Bloco B Apto 204, Brasília - DF',
    'Rm 1204, 12/F, Wing House, 44 Nathan Rd, Kowloon, Hong Kong',
    '3rd Floor, Acme House, 44 Moi Avenue, Nairobi',
    'Kungsgatan 12 lgh 1102, 411 19 Göteborg',
    'Schulstraße 12 (HH), 4020 Linz',
    'Grote Markt 4 bus 12, 2000 Antwerpen',
    'Résidence Les Ajoncs, bât. C, apt 12, 29200 Brest',
    'Mz 14 Lt 3, Villa El Salvador, Lima',
    'Block 12, Street 4, House 9, Salmiya, Kuwait',
    'Lale Cad. No: 44 D: 7, Kadıköy, İstanbul',
    '1600 Pennsylvania Avenue NW, Washington, DC 20500',
    '377 Nyah Crest, Lake Alexaneberg, Newfoundland and Labrador J2W 9Y1',
    '8 Dejon Brae, Ashby-upon-Soar, EC2X 6QV',
    '18383 Hannah Drive, Donniebury, D90 J3D4',
    '407 Shubhaprada Orchard, Rajahmundry, 275 757',
    'Hauptstraße 12a, 10115 Berlin',
    'Geigergasse 36c Zimmer 618\n9416 Lech',
    '12 bis rue de la Paix, 75002 Paris',
    'Calle Mayor 5, 2º B, 28013 Madrid',
    'Escalinata María Quiñones s/n., 50928 Vitoria',
    'Via Garibaldi 7, Piano 2, 20121 Milano',
    'Deenstraat 510, 6940 FD Terkaple',
    'ul. Piękna 8/10 m. 4, 00-482 Warszawa',
    'skwer Pietras 69c m. 528, 71-187 Łobżenica',
    'Azinhaga António Leal 1, 6256-057 Estremoz',
    '11 Rott Crossroad\n Apt. 322\n Höfn\n Iceland 72399',
    '〒150-0002 東京都渋谷区渋谷2-21-1',
    'PO Box 1234, Springfield, IL 62701',
    'Laugavegur 28b, 101 Reykjavík, Iceland',
    '1077 Budapest, Wesselényi u. 18. II/4.',
    '1072 LB Amsterdam, Albert Cuypstraat 140-III',
    '2-11-3 Meguro, Meguro-ku, Tokyo 153-0063, Japan',
    '215 Nguyễn Văn Cừ, Phường 4, Quận 5, TP. Hồ Chí Minh 72700',
    'Flat No. 302, Sai Residency, 4th Cross, Indiranagar, Bengaluru 560038',
    'Travessa do Fala-Só 6, r/c, 1250-109 Lisboa',
    'Contrada San Leo s.n.c., 92020 Grotte (AG)',
    'Nørrebrogade 44, 2. tv., 2200 København N',
    'Kerkpad 14 bis, 3511 AB Utrecht',
    'Calle 93 # 11-27, Apto 502, Bogotá',
    'Tŷ Gwyn, Lôn Isaf, Pwllheli LL53 5HT',
    'Résidence Les Lilas, Appt 12\n8 allée des Peupliers\n31400 Toulouse',
  ])('is one span from the house to the country: %j', (address) => {
    expect(widest(`Please send it to ${address}; thanks`)).toBe(address)
    expect(widest(`Company Ltd\n${address}`)).toBe(address)
  })

  it.each([
    ['"street": "41575 Nader Shoal", "x": 1', '41575 Nader Shoal'],
    ['at 123 Frami Roads or', '123 Frami Roads'],
    ['mieszka: Brzeziny 24, gmina Lubicz', 'Brzeziny 24'],
    ['the boiler at 19 pemberton road haringey um the', '19 pemberton road haringey'],
  ])('without a town is found where a field, a name or a commune tells: %j', (text, address) => {
    expect(widest(text)).toContain(address)
  })

  it.each([
    ['send it to 88 koivukatu 12 flat 7\nsalo, fi 24100 please', '88 koivukatu 12 flat 7\nsalo, fi 24100'],
    ['zam. Piła, Długa 14 m. 3 od maja', 'Piła, Długa 14 m. 3'],
    ['office:\n17 oak street suite 4 halifax nova scotia\nopen daily', '17 oak street suite 4 halifax nova scotia'],
    ['come to 31 kanalgata 9, bergen, norway tonight', '31 kanalgata 9, bergen, norway'],
  ])('is one span in small letters too: %j', (text, address) => {
    expect(widest(text)).toBe(address)
  })

  it.each([
    'the 3 orders of 5, shipped from here to germany',
    'see 12 items in 4, mostly in france',
    'We closed 12 Open Points and 3 Data Centers in March',
    'Order 4500012345 has 10 Blue Shirts, size 42',
    'release 8080 Access Point firmware 12.4',
    'see 12 Angry Men, Paris, 1957',
    'It was cut to 300 Red Fields by the parser',
    'Room 301, Building 4 has 20 Seats',
    'Section 12; Hearing 6 March, chair to come',
    'farmaco per os. Creatinina 1,4 e potassio 4,1',
    'US 12 and CR 4 in the table of routes',
  ])('is not seen in %j', (text) => {
    expect(postalAddress.find(text, 'en')).toEqual([])
  })

  it.each([
    ['residente in Via Roma 4, 00184 Roma, IBAN IT60', 'Via Roma 4, 00184 Roma'],
    ['vive in Via Dante 9, 20121 Milano. La moglie', 'Via Dante 9, 20121 Milano'],
    ['in der Lindenallee 14, 80331 München, Steuer-ID 12', 'Lindenallee 14, 80331 München'],
    ['12 Oak Street, St. Albans AL1 1AA. Tel 01727', '12 Oak Street, St. Albans AL1 1AA'],
  ])('ends where the next thing starts: %j', (text, address) => {
    expect(widest(text)).toBe(address)
  })

  it('is found whatever number the house has and whatever stands before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999 }),
        fc.constantFrom('Oak Street, Leeds, LS1 4DY', 'Elm Avenue, Dallas, TX 75201', 'Maple Lane, Perth WA 6000'),
        fc.constantFrom('', 'at ', 'to: ', '> ', '| '),
        (house, rest, before) => {
          expect(widest(`${before}${house} ${rest}`)).toBe(`${house} ${rest}`)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('Where two streets meet', () => {
  it('is an address', () => {
    expect(widest('Meet me at the corner of Kuusiku 7 and Alexander Flat? I am')).toBe(
      'the corner of Kuusiku 7 and Alexander Flat',
    )
  })
})
