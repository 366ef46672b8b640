/** What somebody who calls may do: docs/access.md has each one's endpoints. */
export const roleNames = ['app', 'auditor', 'privacy', 'operator', 'admin'] as const
export type KeyRole = (typeof roleNames)[number]
