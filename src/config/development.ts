import { buildConfig } from './build.ts'
import type { Config } from './types.ts'

/** The keys of `run.json`. */
export interface DevelopmentKeySet {
  app: string
  auditor: string
  privacy: string
  admin: string
}

/** The configuration without a file: tenant `dev` in region `us`, without limits. A production start refuses it. */
export function developmentConfig(keys: DevelopmentKeySet): Config {
  const roles = ['app', 'auditor', 'privacy', 'admin'] as const
  return buildConfig(
    {
      tenants: [
        {
          id: 'dev',
          region: 'us',
          keys: roles.map((role) => ({ key: keys[role], role, id: `dev-${role}`, app: 'dev' })),
        },
      ],
    },
    null,
  )
}
