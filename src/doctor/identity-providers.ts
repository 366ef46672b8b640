import { Issuer } from '../adapters/oidc/issuer.ts'
import { ConfigError } from '../config/config-error.ts'
import { loadConfigFile } from '../config/file.ts'
import { type Examination, fine, given, wrong } from './types.ts'

/** Whether each issuer that people sign in with says of itself what it must, and where its keys are. */
export const identityExaminations: readonly Examination[] = [
  {
    name: 'identity providers',
    required: true,
    run: async (examined) => {
      const file = given(examined, 'PALIMPSEST_CONFIG')
      const issuers = file === null ? [] : (issuersOf(file, examined.env) ?? [])
      if (issuers.length === 0) return null
      const asked = await Promise.allSettled(issuers.map((options) => new Issuer(options).ask()))
      const away = issuers.filter((_, index) => asked[index]?.status === 'rejected').map(({ issuer }) => issuer)
      if (away.length === 0)
        return fine(`${issuers.map(({ issuer }) => issuer).join(', ')}: discovery and keys are there`)
      return wrong(
        `${away.join(', ')}: no discovery document, or none that may be used`,
        'Start it, or correct its address under people.issuers: it must be the issuer that its tokens name.',
      )
    },
  },
]

/** Undefined where the file is not valid, which the check of the configuration tells. */
function issuersOf(file: string, env: Readonly<Record<string, string | undefined>>) {
  try {
    return loadConfigFile(file, env).people?.issuers
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
