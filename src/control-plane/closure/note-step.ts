/**
 * Renews the lease while it is still `$4`'s, and notes the step `$2` of the closure of `$1` as done: one entry
 * a step, with when it was done last and, if more than once, how many times.
 */
export const NOTE_STEP = `WITH lease AS (
    UPDATE tenants SET lease_until = now() + make_interval(secs => $3)
     WHERE id = $1 AND lease_holder = $4)
  UPDATE closures SET steps = (
    SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'step', step, 'at', at, 'tries', nullif(tries, 1))) ORDER BY first)
      FROM (SELECT e.value->>'step' AS step, min(e.place) AS first,
                   (array_agg(e.value->'at' ORDER BY e.place DESC))[1] AS at,
                   sum(coalesce((e.value->>'tries')::int, 1)) AS tries
              FROM jsonb_array_elements(steps || jsonb_build_object('step', $2::text, 'at', now()))
                   WITH ORDINALITY AS e(value, place)
             GROUP BY 1) folded)
   WHERE tenant_id = $1 AND status = 'purging'`;
