import type { DatabaseQuestions, StoredQuestion } from '../../../ports/database-questions.ts'
import type { Row, Sql } from '../sql.ts'

/** Hours for which a question and its answer are kept. */
const KEPT_HOURS = 24

/** Questions in PostgreSQL. */
export function createDatabaseQuestions(sql: Sql): DatabaseQuestions {
  return {
    async create(question) {
      const { id, tenantId, keyIndex, bodyIndex } = question
      const inserted = await sql`
        INSERT INTO database_question (id, tenant_id, key_index, body_index, state, subject_pseudonym, data_key_id, caller,
                                       sealed_question, expires_at)
        SELECT ${id}::uuid, ${tenantId}, ${keyIndex}::bytea, ${bodyIndex}, 'running', ${question.subjectPseudonym},
               ${question.dataKeyId}::uuid, ${JSON.stringify(question.caller)}::jsonb, ${question.sealedQuestion},
               now() + make_interval(hours => ${KEPT_HOURS})
        WHERE NOT EXISTS (SELECT FROM data_subject WHERE pseudonym = ${question.subjectPseudonym} AND erased_at IS NOT NULL)
        ON CONFLICT DO NOTHING RETURNING id`
      if (inserted.length > 0) return 'created'
      const [held] = await sql`
        SELECT id, body_index FROM database_question WHERE tenant_id = ${tenantId} AND key_index = ${keyIndex}::bytea`
      if (!held) throw new Error('a question could not be put on record')
      return { id: held.id, sameBody: Buffer.compare(held.body_index, bodyIndex) === 0 }
    },

    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT * FROM database_question WHERE id = ${id}::uuid AND tenant_id = ${tenantId} AND expires_at > now()`
      return row && questionOf(row)
    },

    async open(id) {
      const [row] = await sql`SELECT * FROM database_question WHERE id = ${id}::uuid`
      return row && questionOf(row)
    },

    async noteRound(id, index, round) {
      const place = String(index)
      const [row] = await sql`
        UPDATE database_question SET rounds = CASE WHEN rounds -> ${index}::integer IS NULL
          THEN jsonb_insert(rounds, ARRAY[${place}::text], ${JSON.stringify(round)}::jsonb) ELSE rounds END
        WHERE id = ${id}::uuid RETURNING rounds -> ${index}::integer AS noted`
      if (!row) throw new Error('a question that is answered is not there')
      return row.noted
    },

    async noteStatement(id, index, requestId, sealedStatement) {
      await sql`
        UPDATE database_question SET sealed_statement = ${sealedStatement},
          rounds = jsonb_set(rounds, ARRAY[${String(index)}::text, 'requestId'], to_jsonb(${requestId}::text))
        WHERE id = ${id}::uuid AND state = 'running'`
    },

    async noteAnswer(id, sealedAnswer) {
      await sql`UPDATE database_question SET sealed_answer = ${sealedAnswer} WHERE id = ${id}::uuid AND state = 'running'`
    },

    async end(id, state, errorCode) {
      await sql`
        UPDATE database_question SET state = ${state}, error_code = ${errorCode}::text
        WHERE id = ${id}::uuid AND state = 'running'`
    },

    async remove(id) {
      await sql`DELETE FROM database_question WHERE id = ${id}::uuid`
    },

    async removeExpired(limit) {
      const { count } = await sql`
        DELETE FROM database_question WHERE id IN (
          SELECT id FROM database_question WHERE expires_at <= now() LIMIT ${limit})`
      return count
    },
  }
}

function questionOf(row: Row): StoredQuestion {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    state: row.state,
    errorCode: row.error_code,
    subjectPseudonym: row.subject_pseudonym,
    dataKeyId: row.data_key_id,
    caller: row.caller,
    sealedQuestion: row.sealed_question,
    rounds: row.rounds,
    sealedStatement: row.sealed_statement,
    sealedAnswer: row.sealed_answer,
  }
}
