import { describe, expect, it } from 'vitest'
import { found } from './support.ts'

describe('Numbers of accounts and banks are found without a label right before them', () => {
  it.each([
    ['payment may be made to 12-3109-0448211-00.', ['12-3109-0448211-00']],
    ['a/c 43418822 sort 20-14-53', ['43418822', '20-14-53']],
    ['his bank details are 20-14-53, 43418822', ['20-14-53', '43418822']],
    ['payee bank 20-45-53? no', ['20-45-53']],
    ['please confirm your account number\nCustomer: 0148811220', ['0148811220']],
    ['account is 2049911822, thanks', ['2049911822']],
    ['transit 00012 institution 003', ['00012', '003']],
    ['code banque 30004 code guichet 00123 compte 00001234567 clé 85', ['30004', '00123', '00001234567', '85']],
    ['cuenta de ahorros Bancolombia 123-456789-01', ['123-456789-01']],
    ['ag 0418 cc 22770-1', ['0418', '22770-1']],
    ['conta 44120-8 ag 0871 Itaú', ['44120-8', '0871']],
    ['EFT to 4088441022 branch 632005', ['4088441022', '632005']],
    ['alias CBU: sol.luna.mar', ['sol.luna.mar']],
    ['rtng 061000104', ['061000104']],
  ])('%j', async (text, values) => {
    expect(await found(text)).toEqual(values)
  })
  it.each([
    'account opened 12-03-24 by the branch',
    'the sort order 20-14-53 of results',
    'part 12-3109-04 of the bank statement',
    'cc 22770-1 to the list',
    'use the alias prod.eu.main for deploys',
  ])('and nothing in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})

describe('The code of a card is found beside its number', () => {
  it.each([
    ['4111 1111 1111 1111 exp 12/27 crypto 123', '123'],
    ['amex 3782 822463 10005 cid 1234', '1234'],
    ['4111111111111111|12|27|123', '123'],
    ['4111 1111 1111 1111/12/27/123', '123'],
    ['4111 1111 1111 1111, 3 digits on the back: 737', '737'],
  ])('%j', async (text, code) => {
    expect(await found(text)).toContain(code)
  })
  it('and an id of a request is none', async () => {
    expect(await found('cid 1234 crypto 123')).toEqual([])
  })
})
