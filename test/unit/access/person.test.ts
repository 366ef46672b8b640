import { describe, expect, it } from 'vitest'
import { grantedBy, type PersonGrant, personPseudonym } from '../../../src/domain/access/person.ts'

const grant = (claim: string, value: string, tenantId: string, ...roles: string[]): PersonGrant => ({
  claim,
  value,
  tenantId,
  roles,
  app: `${tenantId}-app`,
  team: null,
})
const GRANTS = [
  grant('groups', 'auditors', 'acme', 'auditor'),
  grant('groups', 'admins', 'acme', 'admin', 'auditor'),
  grant('groups', 'admins', 'globex', 'admin'),
  grant('realm_access.roles', 'privacy', 'acme', 'privacy'),
  grant('https://acme.example.com/role', 'operator', 'acme', 'operator'),
]

describe('claims', () => {
  const granted = (claims: Record<string, unknown>) =>
    Object.fromEntries([...grantedBy(GRANTS, claims)].map(([tenant, { roles }]) => [tenant, roles]))

  it.each([
    [{}, {}],
    [{ groups: [] }, {}],
    [{ groups: ['auditors'] }, { acme: ['auditor'] }],
    [{ groups: 'auditors' }, { acme: ['auditor'] }],
    [{ groups: ['auditors', 'admins'] }, { acme: ['auditor', 'admin'], globex: ['admin'] }],
    [{ realm_access: { roles: ['privacy'] } }, { acme: ['privacy'] }],
    [{ 'realm_access.roles': ['privacy'] }, { acme: ['privacy'] }],
    [{ 'https://acme.example.com/role': 'operator' }, { acme: ['operator'] }],
    [{ groups: 'auditors admins' }, {}],
    [{ groups: { auditors: true } }, {}],
    [{ groups: [['auditors']] }, {}],
    [{ realm_access: null }, {}],
    [{ groups: ['Auditors'] }, {}],
  ])('%j grant %j', (claims, roles) => {
    expect(granted(claims)).toEqual(roles)
  })
})

describe("a person's pseudonym", () => {
  const secret = new Uint8Array(32).fill(7)
  const ann = { issuer: 'https://a.example.com', subject: 'ann', claims: {} }

  it('is the same for an account, and another for another account, issuer or tenant', () => {
    const first = personPseudonym(secret, ann)
    expect(first).toMatch(/^person_[0-9a-f]{32}$/)
    expect(personPseudonym(secret, { ...ann, claims: { groups: ['x'] } })).toBe(first)
    const others = [
      personPseudonym(secret, { ...ann, subject: 'Ann' }),
      personPseudonym(secret, { ...ann, issuer: 'https://b.example.com' }),
      personPseudonym(new Uint8Array(32).fill(8), ann),
      personPseudonym(secret, { ...ann, issuer: 'https://a.example.com","ann', subject: '' }),
    ]
    expect(new Set([first, ...others]).size).toBe(5)
  })
})
