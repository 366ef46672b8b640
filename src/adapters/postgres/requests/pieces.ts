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
    ), begun AS (
      UPDATE attempt a SET state = 'delivering' FROM piece
      WHERE a.request_id = piece.request_id AND a.attempt_no = piece.attempt_no AND piece.chunk_no = 0
        AND a.owner = ${owner} AND a.state = 'calling'
      RETURNING a.request_id, a.attempt_no
    ), going_on AS (
      SELECT a.request_id, a.attempt_no FROM attempt a
      WHERE (a.request_id, a.attempt_no) IN (SELECT request_id, attempt_no FROM piece)
        AND a.owner = ${owner} AND a.state = 'delivering'
      FOR SHARE OF a
    ), held AS (
      SELECT request_id, attempt_no FROM begun UNION SELECT request_id, attempt_no FROM going_on
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
