import { ERROR_RESPONSE, open } from '../openapi-parts.ts'

const query = (name: string, description: string) => ({ name, in: 'query', description, schema: { type: 'string' } })
const forBrowsers = (summary: string, more: object) => ({ ...open(summary), ...more })
const answers = (status: number, description: string) => ({
  responses: { [status]: { description }, default: ERROR_RESPONSE },
})

/** Paths of sign-in with a browser. */
export const SIGN_IN_PATHS = {
  '/auth/login': {
    get: forBrowsers('Begin to sign in at the identity provider', {
      parameters: [
        query('issuer', 'Which provider; the first by default'),
        query('tenant', 'Which tenant, where the account has roles in several'),
        query('return_to', 'Path of this gateway to come back to'),
      ],
      ...answers(302, 'To the provider'),
    }),
  },
  '/auth/callback': {
    get: forBrowsers('Where the provider sends the browser back to', answers(303, 'Signed in')),
  },
  '/auth/session': {
    get: open('Who is signed in, as a pseudonym, and the token that writes have to bear as X-CSRF-Token'),
  },
  '/auth/logout': { post: forBrowsers('End the session', answers(204, 'Signed out')) },
}
