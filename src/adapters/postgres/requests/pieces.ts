import { attemptKey, type StreamPiece } from '../../../ports/request-store.ts'
import type { Sql } from '../connect.ts'

/**
 * Makes pieces durable, in one transaction for all streams of this process. A piece whose attempt was superseded is not
 * written, and its key is missing from the answer. Safe to repeat: a piece that is there already stays as it is.
 */
export async function appendPieces(sql: Sql, owner: string, pieces: StreamPiece[]): Promise<Set<string>> {
  const requestIds = pieces.map((piece) => piece.requestId)
  const attemptNos = pieces.map((piece) => piece.attemptNo)
  const rows = await sql`
    WITH piece AS (
      SELECT * FROM unnest(${requestIds}::uuid[], ${attemptNos}::integer[],
                           ${pieces.map((piece) => piece.chunkNo)}::integer[],
                           ${pieces.map((piece) => piece.sealedChunk)}::bytea[])
        AS piece(request_id, attempt_no, chunk_no, sealed_chunk)
    ), held AS MATERIALIZED (
      SELECT a.request_id, a.attempt_no FROM attempt a
      WHERE (a.request_id, a.attempt_no) IN (SELECT request_id, attempt_no FROM piece)
        AND a.owner = ${owner} AND a.state IN ('calling', 'delivering')
      ORDER BY a.request_id FOR NO KEY UPDATE OF a
    ), begun AS (
      UPDATE attempt a SET state = 'delivering' FROM held
      WHERE a.request_id = held.request_id AND a.attempt_no = held.attempt_no AND a.state = 'calling'
    ), written AS (
      INSERT INTO attempt_chunk (request_id, attempt_no, chunk_no, sealed_chunk)
      SELECT piece.request_id, piece.attempt_no, piece.chunk_no, piece.sealed_chunk
      FROM piece JOIN held USING (request_id, attempt_no)
      ON CONFLICT DO NOTHING
    )
    SELECT request_id, attempt_no FROM held`
  return new Set(rows.map((row) => attemptKey(row.request_id, row.attempt_no)))
}

export async function readPieces(sql: Sql, requestId: string, attemptNo: number): Promise<Uint8Array[]> {
  const rows = await sql`
    SELECT sealed_chunk FROM attempt_chunk
    WHERE request_id = ${requestId} AND attempt_no = ${attemptNo} ORDER BY chunk_no`
  return rows.map((row) => row.sealed_chunk)
}
