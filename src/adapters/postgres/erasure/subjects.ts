import type { ErasureSubjects } from '../../../ports/erasure-subjects.ts'
import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { resolveSubjects } from './resolve.ts'

export function createErasureSubjects({ sql, keys }: { sql: Sql; keys: KeyService }): ErasureSubjects {
  return {
    resolve: (erasure) => resolveSubjects(sql, keys, erasure),

    async detach(caseId) {
      const [, [row]] = await asEraser(sql, (transaction) =>
        Promise.all([
          transaction`
          UPDATE data_subject d
          SET blind_index = NULL, sealed_user_id = NULL, sealed_session_secret = NULL,
              erasure_token = s.erasure_token, erased_at = now()
          FROM erasure_subject s
          WHERE s.case_id = ${caseId} AND d.pseudonym = s.pseudonym AND d.erased_at IS NULL`,
          transaction`SELECT count(*)::integer AS subjects FROM erasure_subject WHERE case_id = ${caseId}`,
        ]),
      )
      return row?.subjects ?? 0
    },
  }
}
