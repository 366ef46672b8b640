-- Budgets in fewer steps: a counter that is there is changed by an UPDATE, which writes and locks less than an INSERT that meets a
-- conflict; reservations of a call are written at once, and those that end are read by what removes them.
SET ROLE palimpsest_owner;

-- As before (0022), and rows are locked in the same order.
CREATE OR REPLACE FUNCTION budget_reserve(request uuid, attempt integer, tenant text, amount numeric, budgets text[],
                                          subjects text[], starts date[], ends date[], softs numeric[], hards numeric[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  spent numeric;
BEGIN
  FOR i IN 1 .. cardinality(budgets) LOOP
    UPDATE budget_counter c
    SET reserved_usd = c.reserved_usd + amount, soft_limit_usd = softs[i], hard_limit_usd = hards[i]
    WHERE c.tenant_id = tenant AND c.budget = budgets[i] AND c.subject_pseudonym = subjects[i] AND c.period_start = starts[i]
      AND (hards[i] IS NULL OR amount = 0 OR c.spent_usd + c.reserved_usd + amount <= hards[i]);
    CONTINUE WHEN FOUND;
    -- It is not there yet, or has no room. Who makes it at the same time waits here.
    INSERT INTO budget_counter AS c (tenant_id, budget, subject_pseudonym, period_start, period_end, soft_limit_usd,
                                     hard_limit_usd, reserved_usd)
    SELECT tenant, budgets[i], subjects[i], starts[i], ends[i], softs[i], hards[i], amount
    WHERE hards[i] IS NULL OR amount <= hards[i] OR amount = 0
    ON CONFLICT (tenant_id, budget, subject_pseudonym, period_start) DO UPDATE
      SET reserved_usd = c.reserved_usd + excluded.reserved_usd, soft_limit_usd = excluded.soft_limit_usd,
          hard_limit_usd = excluded.hard_limit_usd
      WHERE excluded.hard_limit_usd IS NULL OR excluded.reserved_usd = 0
         OR c.spent_usd + c.reserved_usd + excluded.reserved_usd <= excluded.hard_limit_usd;
    IF NOT FOUND THEN
      SELECT c.spent_usd INTO spent FROM budget_counter c
      WHERE c.tenant_id = tenant AND c.budget = budgets[i] AND c.subject_pseudonym = subjects[i]
        AND c.period_start = starts[i];
      RAISE EXCEPTION 'a budget has no room' USING ERRCODE = 'PB402', DETAIL = json_build_object(
        'budget', budgets[i], 'period_start', starts[i], 'period_end', ends[i], 'limit_usd', trim_scale(hards[i])::text,
        'held', coalesce(spent, 0) + amount <= hards[i])::text;
    END IF;
  END LOOP;
  INSERT INTO budget_reservation (request_id, attempt_no, tenant_id, budget, subject_pseudonym, period_start, amount_usd)
  SELECT request, attempt, tenant, q.budget, q.subject, q.start, amount
  FROM unnest(budgets, subjects, starts) AS q (budget, subject, start);
  RETURN cardinality(budgets) > 0;
END $$;

-- As before (0022).
CREATE OR REPLACE FUNCTION budget_settle(requests uuid[], costs numeric[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
  now_at record;
BEGIN
  FOR one IN
    WITH ended AS (
      DELETE FROM budget_reservation r WHERE r.request_id = ANY(requests)
      RETURNING r.tenant_id, r.budget, r.subject_pseudonym, r.period_start, r.amount_usd, r.request_id, r.attempt_no
    )
    SELECT e.tenant_id, e.budget, e.subject_pseudonym, e.period_start, sum(e.amount_usd) AS reserved,
           sum(CASE WHEN e.attempt_no = 1 THEN costs[array_position(requests, e.request_id)] ELSE 0 END) AS cost
    FROM ended e GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
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
END $$;

RESET ROLE;

-- Who migrates and is no superuser may take the roles that its sessions work under in development.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT palimpsest_app, palimpsest_read TO %I WITH INHERIT FALSE, SET TRUE', current_user);
  END IF;
END $$;
