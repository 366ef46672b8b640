-- Budgets: what is spent and what calls in flight may still spend, of each budget in each of its periods; and what was to be told of
-- it, with the webhooks that tell it. Amounts are US dollars, exact.
SET ROLE palimpsest_owner;

-- One row for a budget, a period of it and, where each user has one of their own, a user. The limits are those that the newest call
-- was held to; they say when to warn. spent is what the ledger's entries of these calls cost.
CREATE TABLE budget_counter (
  tenant_id text NOT NULL,
  budget text NOT NULL,
  -- '' where it is not each user's own.
  subject_pseudonym text NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  soft_limit_usd numeric(20, 10),
  hard_limit_usd numeric(20, 10),
  spent_usd numeric(20, 10) NOT NULL DEFAULT 0,
  reserved_usd numeric(20, 10) NOT NULL DEFAULT 0 CHECK (reserved_usd >= 0),
  -- The soft limit that a warning was given for.
  warned_at_usd numeric(20, 10),
  PRIMARY KEY (tenant_id, budget, subject_pseudonym, period_start)
) WITH (fillfactor = 50);
CREATE INDEX budget_counter_end ON budget_counter (period_end);

-- What an attempt may cost, until its request is recorded or taken back. It counts where it was made, also past the period's end.
CREATE TABLE budget_reservation (
  request_id uuid NOT NULL,
  attempt_no integer NOT NULL,
  tenant_id text NOT NULL,
  budget text NOT NULL,
  subject_pseudonym text NOT NULL,
  period_start date NOT NULL,
  amount_usd numeric(20, 10) NOT NULL CHECK (amount_usd >= 0),
  PRIMARY KEY (request_id, attempt_no, budget)
);

-- Tells the settling of a request that there is something to settle.
ALTER TABLE inbox ADD COLUMN reserved boolean NOT NULL DEFAULT false;

-- A soft limit that was reached and is not on record yet.
CREATE TABLE budget_notice (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  budget text NOT NULL,
  subject_pseudonym text NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  limit_usd numeric(20, 10) NOT NULL,
  spent_usd numeric(20, 10) NOT NULL,
  reached_at timestamptz NOT NULL
);

-- What webhooks tell. The id is the entry's, and the webhook's.
CREATE TABLE webhook_event (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  type text NOT NULL,
  happened_at timestamptz NOT NULL,
  detail text NOT NULL,
  -- The workflows that deliver it are started.
  handed_over boolean NOT NULL DEFAULT false
);
CREATE INDEX webhook_event_waiting ON webhook_event (id) WHERE NOT handed_over;

-- Reserves an amount in every budget of a call, or in none: then it raises PB402, whose detail is JSON. Rows are locked in the order
-- of the primary key and to the end of the transaction, so the caller ends it at once. An amount of 0 always has room.
-- Gives whether there was anything to reserve.
CREATE FUNCTION budget_reserve(request uuid, attempt integer, tenant text, amount numeric, budgets text[], subjects text[],
                               starts date[], ends date[], softs numeric[], hards numeric[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  spent numeric;
BEGIN
  FOR i IN 1 .. cardinality(budgets) LOOP
    INSERT INTO budget_counter AS c (tenant_id, budget, subject_pseudonym, period_start, period_end, soft_limit_usd,
                                     hard_limit_usd, reserved_usd)
    SELECT tenant, budgets[i], subjects[i], starts[i], ends[i], softs[i], hards[i], amount
    ON CONFLICT (tenant_id, budget, subject_pseudonym, period_start) DO UPDATE
      SET reserved_usd = c.reserved_usd + excluded.reserved_usd, soft_limit_usd = excluded.soft_limit_usd,
          hard_limit_usd = excluded.hard_limit_usd
      WHERE excluded.hard_limit_usd IS NULL OR excluded.reserved_usd = 0
         OR c.spent_usd + c.reserved_usd + excluded.reserved_usd <= excluded.hard_limit_usd
    RETURNING spent_usd + reserved_usd INTO spent;
    -- A row that was not there before was made without a look at its limit.
    IF NOT FOUND OR (amount > 0 AND spent > hards[i]) THEN
      SELECT c.spent_usd INTO spent FROM budget_counter c
      WHERE c.tenant_id = tenant AND c.budget = budgets[i] AND c.subject_pseudonym = subjects[i]
        AND c.period_start = starts[i];
      RAISE EXCEPTION 'a budget has no room' USING ERRCODE = 'PB402', DETAIL = json_build_object(
        'budget', budgets[i], 'period_start', starts[i], 'period_end', ends[i], 'limit_usd', trim_scale(hards[i])::text,
        'held', coalesce(spent, 0) + amount <= hards[i])::text;
    END IF;
    INSERT INTO budget_reservation (request_id, attempt_no, tenant_id, budget, subject_pseudonym, period_start, amount_usd)
    VALUES (request, attempt, tenant, budgets[i], subjects[i], starts[i], amount);
  END LOOP;
  RETURN cardinality(budgets) > 0;
END $$;

-- Reserves for a further attempt what the first one had, where that one had it. limits: by budget, the hard limit in force; a budget
-- that is not named has none any more. Raises like budget_reserve.
CREATE FUNCTION budget_reserve_again(request uuid, attempt integer, limits jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
  hard numeric;
BEGIN
  FOR one IN
    SELECT r.*, c.period_end FROM budget_reservation r
    JOIN budget_counter c USING (tenant_id, budget, subject_pseudonym, period_start)
    WHERE r.request_id = request AND r.attempt_no = 1
    ORDER BY r.tenant_id, r.budget, r.subject_pseudonym, r.period_start
  LOOP
    hard := (limits ->> one.budget)::numeric;
    UPDATE budget_counter c SET reserved_usd = c.reserved_usd + one.amount_usd
    WHERE c.tenant_id = one.tenant_id AND c.budget = one.budget AND c.subject_pseudonym = one.subject_pseudonym
      AND c.period_start = one.period_start
      AND (hard IS NULL OR one.amount_usd = 0 OR c.spent_usd + c.reserved_usd + one.amount_usd <= hard);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a budget has no room' USING ERRCODE = 'PB402', DETAIL = json_build_object(
        'budget', one.budget, 'period_start', one.period_start, 'period_end', one.period_end, 'limit_usd', trim_scale(hard)::text,
        'held', true)::text;
    END IF;
    INSERT INTO budget_reservation (request_id, attempt_no, tenant_id, budget, subject_pseudonym, period_start, amount_usd)
    VALUES (request, attempt, one.tenant_id, one.budget, one.subject_pseudonym, one.period_start, one.amount_usd);
  END LOOP;
END $$;

-- Ends the reservations of requests and counts what each of them cost: 0 where it was taken back. Where that reaches a soft limit
-- there is a notice to put on record.
CREATE FUNCTION budget_settle(requests uuid[], costs numeric[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
  now_at record;
BEGIN
  FOR one IN
    SELECT r.tenant_id, r.budget, r.subject_pseudonym, r.period_start, sum(r.amount_usd) AS reserved,
           sum(CASE WHEN r.attempt_no = 1 THEN q.cost ELSE 0 END) AS cost
    FROM unnest(requests, costs) AS q (request, cost) JOIN budget_reservation r ON r.request_id = q.request
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  LOOP
    UPDATE budget_counter c SET reserved_usd = c.reserved_usd - one.reserved, spent_usd = c.spent_usd + one.cost
    WHERE c.tenant_id = one.tenant_id AND c.budget = one.budget AND c.subject_pseudonym = one.subject_pseudonym
      AND c.period_start = one.period_start
    RETURNING c.soft_limit_usd, c.spent_usd, c.warned_at_usd, c.period_end INTO now_at;
    IF now_at.spent_usd >= now_at.soft_limit_usd AND one.cost > 0
       AND (now_at.warned_at_usd IS NULL OR now_at.warned_at_usd < now_at.soft_limit_usd) THEN
      UPDATE budget_counter c SET warned_at_usd = now_at.soft_limit_usd
      WHERE c.tenant_id = one.tenant_id AND c.budget = one.budget AND c.subject_pseudonym = one.subject_pseudonym
        AND c.period_start = one.period_start;
      INSERT INTO budget_notice (id, tenant_id, budget, subject_pseudonym, period_start, period_end, limit_usd, spent_usd,
                                 reached_at)
      VALUES (gen_random_uuid(), one.tenant_id, one.budget, one.subject_pseudonym, one.period_start, now_at.period_end,
              now_at.soft_limit_usd, now_at.spent_usd, clock_timestamp());
    END IF;
  END LOOP;
  DELETE FROM budget_reservation WHERE request_id = ANY(requests);
END $$;

-- What an entry says of a budget is told by webhooks, in the transaction of the entry. Of one notice there is one entry; that a
-- budget has no room is told once in its period and for each limit.
CREATE FUNCTION budget_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := NEW.detail::jsonb;
BEGIN
  IF NEW.status = 'budget_soft_limit' THEN
    DELETE FROM budget_notice WHERE id = (said ->> 'notice')::uuid AND tenant_id = NEW.tenant_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'this notice is on record already' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO webhook_event (id, tenant_id, type, happened_at, detail)
    VALUES (NEW.id, NEW.tenant_id, 'budget.soft_limit_reached', NEW.occurred_at, (said - 'notice')::text);
    RETURN NULL;
  END IF;
  IF said ->> 'budget' IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO budget_told (tenant_id, budget, period_start, limit_usd)
  VALUES (NEW.tenant_id, said ->> 'budget', (said ->> 'period_start')::date, (said ->> 'limit_usd')::numeric)
  ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO webhook_event (id, tenant_id, type, happened_at, detail)
    VALUES (NEW.id, NEW.tenant_id, 'budget.exhausted', NEW.occurred_at, NEW.detail);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION budget_follow() FROM PUBLIC;

CREATE TABLE budget_told (
  tenant_id text NOT NULL,
  budget text NOT NULL,
  period_start date NOT NULL,
  limit_usd numeric(20, 10) NOT NULL,
  PRIMARY KEY (tenant_id, budget, period_start, limit_usd)
);

CREATE TRIGGER budget_follows AFTER INSERT ON ledger_entry
  FOR EACH ROW
  WHEN ((NEW.kind = 'administration' AND NEW.status = 'budget_soft_limit')
     OR (NEW.kind = 'refusal' AND NEW.error_code = 'budget_exhausted'))
  EXECUTE FUNCTION budget_follow();

GRANT SELECT, INSERT, UPDATE, DELETE ON budget_counter, budget_reservation TO palimpsest_gateway;
GRANT SELECT, INSERT ON budget_notice TO palimpsest_gateway;
GRANT SELECT, DELETE ON webhook_event TO palimpsest_gateway;
GRANT UPDATE (handed_over) ON webhook_event TO palimpsest_gateway;
GRANT SELECT, DELETE ON budget_told TO palimpsest_gateway;

ALTER TABLE budget_counter SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE budget_reservation SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

RESET ROLE;
