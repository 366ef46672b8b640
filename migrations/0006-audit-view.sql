-- The auditor's view: the columns and types of the well-known audit table, and prompt_preview. It shows pseudonyms,
-- commitments and counts; text is read through the API, which records a disclosure first.
SET ROLE palimpsest_owner;

CREATE VIEW llm_interaction_audit AS
SELECT
  e.id,
  e.occurred_at AS event_timestamp,
  e.tenant_id::varchar(255) AS tenant_id,
  (CASE WHEN s.erased_at IS NULL THEN e.subject_pseudonym END)::varchar(255) AS user_id,
  e.session_pseudonym::varchar(255) AS session_id,
  coalesce(e.provider, 'none')::varchar(50) AS provider,
  coalesce(e.model_answered, e.model_asked, 'none')::varchar(100) AS model,
  e.prompt_commitment AS prompt_hash,
  coalesce(e.prompt_tokens, 0) AS prompt_tokens,
  coalesce(e.response_tokens, 0) AS response_tokens,
  coalesce(e.cost_usd, 0)::numeric(10, 6) AS total_cost,
  coalesce(e.tool, 'default')::varchar(255) AS tool_name,
  e.feature::varchar(255) AS feature_name,
  e.has_pii AS has_pii_detected,
  e.pii_redacted AS pii_redacted_before_llm,
  coalesce(s.erasure_token, e.subject_pseudonym)::varchar(255) AS gdpr_pseudonymized_user_key,
  e.hipaa_route AS hipaa_compliant_route,
  e.response_commitment AS response_hash,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.response_blob_digest IS NOT NULL THEN '[SEALED]' END AS response_preview,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.prompt_blob_digest IS NOT NULL THEN '[SEALED]' END AS full_prompt_text,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.response_blob_digest IS NOT NULL THEN '[SEALED]' END AS full_response_text,
  e.id::text::varchar(255) AS request_id,
  e.status_code,
  e.latency_ms,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.prompt_blob_digest IS NOT NULL THEN '[SEALED]' END AS prompt_preview
FROM ledger_entry e
LEFT JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
WHERE e.kind IN ('interaction', 'refusal');

GRANT SELECT ON llm_interaction_audit TO palimpsest_auditor, palimpsest_gateway;

RESET ROLE;
