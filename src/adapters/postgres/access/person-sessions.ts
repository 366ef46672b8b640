import type { PersonSessions } from '../../../ports/person-sessions.ts'
import type { Sql } from '../sql.ts'

/** The sessions of the database. */
export function createPersonSessions(sql: Sql): PersonSessions {
  return {
    async find(cookieHash) {
      const [row] = await sql`SELECT * FROM person_session_of(${cookieHash})`
      return (
        row && {
          id: row.id,
          tenantId: row.tenant_id,
          person: row.person,
          roles: row.roles,
          app: row.app,
          team: row.team,
          createdAt: row.created_at.getTime(),
          expiresAt: row.expires_at.getTime(),
        }
      )
    },

    async end(cookieHash) {
      await sql`SELECT end_person_session(${cookieHash})`
    },

    async removeEnded() {
      await sql`SELECT remove_ended_person_sessions()`
    },
  }
}
