-- Care of an espresso machine
-- espresso, version 1, sha256:0e72691ad3bdd403d77c5e6c24eb35a7cfa57fcd8bc7ea09e091b954dbb0eaa6
WITH checked AS (
  SELECT
    *,
    COALESCE(NOT (
      CAST("pressure" AS DOUBLE) BETWEEN 0.0 AND 20.0
    ), FALSE) AS _bad__pressure,
    COALESCE(NOT (
      CAST("hardness" AS DOUBLE) BETWEEN 0.0 AND 1000000000000000
    ), FALSE) AS _bad__hardness,
    COALESCE(
      NOT (
        CAST("cups" AS DOUBLE) BETWEEN 0 AND 1000
        AND CAST("cups" AS DOUBLE) = FLOOR(CAST("cups" AS DOUBLE))
      ),
      FALSE
    ) AS _bad__cups,
    COALESCE(
      LENGTH(LIST_FILTER("done_before", LAMBDA m : NOT m IN ('softener', 'descaling'))) > 0,
      FALSE
    ) AS _bad__done_before,
    LENGTH(LIST_FILTER("done_before", LAMBDA m : m IS NULL)) > 0 AS _partial__done_before
  FROM patients
), facts AS MATERIALIZED (
  SELECT
    *,
    CASE WHEN NOT _bad__pressure THEN CAST("pressure" AS DOUBLE) END AS _known__pressure,
    CASE WHEN NOT _bad__hardness THEN CAST("hardness" AS DOUBLE) END AS _known__hardness,
    CASE WHEN NOT _bad__cups THEN CAST("cups" AS DOUBLE) END AS _known__cups,
    "warranty" AS _known__warranty,
    COALESCE(
      CASE
        WHEN NOT _bad__done_before AND NOT _partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'softener')
      END,
      FALSE
    ) AS _known__done_before__softener,
    COALESCE(
      CASE
        WHEN NOT _bad__done_before AND NOT _partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'descaling')
      END,
      FALSE
    ) AS _known__done_before__descaling
  FROM checked
), step_1 AS (
  SELECT
    *,
    _known__cups > 900 AS _when__1, /* cups above 900 */
    _known__pressure < 8 AS _when__3, /* pressure below 8 bar */
    _known__pressure >= 8 AS _when__4, /* pressure at least 8 bar */
    _known__cups >= 200 AS _when__5, /* cups at least 200 */
    _known__cups >= 80 AS _when__6, /* cups at least 80 */
    _known__hardness >= 15 AS _when__7 /* hardness at least 15 °dH */
  FROM facts
), step_2 AS (
  SELECT
    *,
    _when__1 AND _known__done_before__descaling AS _when__2, /* cups above 900 and descaling among done before */
    _when__6 AND _when__7 AS _when__8, /* cups at least 80 and hardness at least 15 °dH */
    NOT _known__done_before__softener AND _when__7 AS _when__10 /* softener not among done before and hardness at least 15 °dH */
  FROM step_1
), step_3 AS (
  SELECT
    *,
    NOT (
      _bad__pressure
      OR _bad__hardness
      OR _bad__cups
      OR _bad__done_before
      OR COALESCE(_when__2, FALSE)
    ) AS _valid,
    _when__5 OR _when__8 AS _when__9 /* cups at least 200 or (cups at least 80 and hardness at least 15 °dH) */
  FROM step_2
), step_4 AS (
  SELECT
    *,
    _valid AND _when__3 AS _node__repair,
    _valid AND _when__4 AS _node__water,
    _valid AND _known__pressure IS NULL AS _asked__pressure__0,
    _valid
    AND (
      (
        COALESCE(NOT _when__3, FALSE) AND COALESCE(NOT _when__4, FALSE)
      )
      OR (
        COALESCE(_when__4, FALSE) AND COALESCE(_when__3, FALSE)
      )
    ) AS _fault__pressure
  FROM step_3
), step_5 AS (
  SELECT
    *,
    _node__water AND _when__9 AS _node__scale,
    _node__repair AND NOT _known__warranty AS _offer__technician__preferred,
    _node__repair AND _known__warranty AS _offer__maker__preferred,
    _node__water AND _when__10 AS _offer__softener__recommended,
    _node__repair AND _known__warranty AS _offer__technician__avoid,
    COALESCE(_node__repair, FALSE) AND _known__warranty IS NULL AS _asked__warranty__0,
    COALESCE(_node__water, FALSE) AND (
      _when__9 IS NULL AND _known__cups IS NULL
    ) AS _asked__cups__0,
    COALESCE(_node__water, FALSE)
    AND (
      _when__9 IS NULL AND _known__hardness IS NULL
    ) AS _asked__hardness__0,
    COALESCE(_node__water, FALSE)
    AND (
      _when__10 IS NULL AND _known__hardness IS NULL
    ) AS _asked__hardness__1
  FROM step_4
), step_6 AS (
  SELECT
    *,
    _node__scale AND NOT _known__done_before__descaling AS _offer__descaling__recommended
  FROM step_5
)
SELECT
  *
  EXCLUDE ("pressure", "hardness", "cups", "warranty", "done_before", _bad__pressure, _bad__hardness, _bad__cups, _bad__done_before, _partial__done_before, _known__pressure, _known__hardness, _known__cups, _known__warranty, _known__done_before__softener, _known__done_before__descaling, _when__1, _when__3, _when__4, _when__5, _when__6, _when__7, _when__2, _when__8, _when__10, _valid, _when__9, _node__repair, _node__water, _asked__pressure__0, _fault__pressure, _node__scale, _offer__technician__preferred, _offer__maker__preferred, _offer__softener__recommended, _offer__technician__avoid, _asked__warranty__0, _asked__cups__0, _asked__hardness__0, _asked__hardness__1, _offer__descaling__recommended),
  CASE
    WHEN NOT _valid
    THEN 'invalid'
    WHEN _fault__pressure
    THEN 'fault'
    WHEN (
      _valid AND _known__pressure IS NULL
    )
    OR (
      COALESCE(_node__repair, FALSE) AND _known__warranty IS NULL
    )
    OR (
      COALESCE(_node__water, FALSE) AND (
        _when__9 IS NULL OR _when__10 IS NULL
      )
    )
    OR (
      COALESCE(_node__scale, FALSE) AND _known__done_before__descaling IS NULL
    )
    THEN 'incomplete'
    WHEN FALSE
    THEN 'not_covered'
    WHEN TRUE
    THEN 'complete'
  END AS "status",
  CASE WHEN COALESCE(_offer__technician__preferred, FALSE) THEN 'preferred' END AS "technician",
  CASE WHEN COALESCE(_offer__maker__preferred, FALSE) THEN 'preferred' END AS "maker",
  CASE WHEN COALESCE(_offer__softener__recommended, FALSE) THEN 'recommended' END AS "softener",
  CASE WHEN COALESCE(_offer__descaling__recommended, FALSE) THEN 'recommended' END AS "descaling",
  CAST(NULL AS TEXT) AS "vinegar",
  CASE WHEN _valid THEN COALESCE(_offer__technician__avoid, FALSE) END AS "avoid.technician",
  CASE WHEN _valid THEN FALSE END AS "avoid.maker",
  CASE WHEN _valid THEN FALSE END AS "avoid.softener",
  CASE WHEN _valid THEN FALSE END AS "avoid.descaling",
  CASE WHEN _valid THEN COALESCE(_node__water, FALSE) END AS "avoid.vinegar",
  CASE
    WHEN _valid
    THEN LIST_FILTER(
      CAST([
        CASE WHEN _offer__technician__preferred IS NULL THEN 'technician' END,
        CASE WHEN _offer__technician__avoid IS NULL THEN 'avoid.technician' END,
        CASE WHEN _offer__maker__preferred IS NULL THEN 'maker' END,
        CASE WHEN _offer__softener__recommended IS NULL THEN 'softener' END,
        CASE WHEN _offer__descaling__recommended IS NULL THEN 'descaling' END,
        CASE WHEN _node__water IS NULL THEN 'avoid.vinegar' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "possible",
  CASE
    WHEN _valid
    THEN LIST_FILTER(
      CAST([
        CASE WHEN _valid AND _known__pressure IS NULL THEN 'pressure' END,
        CASE
          WHEN COALESCE(_node__repair, FALSE) AND _known__warranty IS NULL
          THEN 'warranty'
        END,
        CASE
          WHEN COALESCE(_node__water, FALSE) AND (
            _when__9 IS NULL AND _known__cups IS NULL
          )
          THEN 'cups'
        END,
        CASE
          WHEN COALESCE(_node__water, FALSE)
          AND (
            _when__9 IS NULL AND _known__hardness IS NULL
          )
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END,
        CASE
          WHEN (
            COALESCE(_node__water, FALSE)
            AND (
              _when__10 IS NULL AND _known__hardness IS NULL
            )
          )
          AND NOT _asked__hardness__0
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "missing",
  CASE
    WHEN _valid
    THEN LIST_FILTER(CAST([CAST(NULL AS TEXT)] AS TEXT[]), LAMBDA m : NOT m IS NULL)
  END AS "silent",
  CASE
    WHEN _valid
    THEN LIST_FILTER(
      CAST([CASE WHEN _fault__pressure THEN 'pressure' END] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "faults",
  CASE
    WHEN NOT _valid
    THEN LIST_FILTER(
      CAST([
        CASE
          WHEN _bad__pressure
          THEN 'pressure: ' || CAST("pressure" AS TEXT) || ' is not allowed'
        END,
        CASE
          WHEN _bad__hardness
          THEN 'hardness: ' || CAST("hardness" AS TEXT) || ' is not allowed'
        END,
        CASE WHEN _bad__cups THEN 'cups: ' || CAST("cups" AS TEXT) || ' is not allowed' END,
        CASE WHEN _bad__done_before THEN 'done_before: a member is not allowed' END,
        CASE
          WHEN COALESCE(_when__2, FALSE)
          THEN 'no patient has this: cups above 900 and descaling among done before'
        END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "problems"
FROM step_6;
