import type { PersonSessions } from '../../../ports/person-sessions.ts'
import type { Sql } from '../sql.ts'

/** The sessions of the database. */
export function createPersonSessions(sql: Sql): PersonSessions {
  return {
    async open(cookieHash, { tenantId, person, roles, app, team, createdAt, expiresAt }) {
      await sql.asTenant(tenantId)`
        INSERT INTO person_session (session_sha256, tenant_id, person, roles, app, team, created_at, expires_at)
        VALUES (${cookieHash}, ${tenantId}, ${person}, ${[...roles]}::text[], ${app}, ${team},
                ${new Date(createdAt)}, ${new Date(expiresAt)})`
    },

    async find(cookieHash) {
      const [row] = await sql`SELECT * FROM person_session_of(${cookieHash})`
      return (
        row && {
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
