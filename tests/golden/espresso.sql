-- Care of an espresso machine
-- espresso, version 1, sha256:0e72691ad3bdd403d77c5e6c24eb35a7cfa57fcd8bc7ea09e091b954dbb0eaa6
WITH checked AS (
  SELECT
    *,
    COALESCE(NOT (
      CAST("pressure" AS DOUBLE) BETWEEN 0.0 AND 20.0
    ), FALSE) AS _ros1tree_bad__pressure,
    COALESCE(NOT (
      CAST("hardness" AS DOUBLE) BETWEEN 0.0 AND 1000000000000000
    ), FALSE) AS _ros1tree_bad__hardness,
    COALESCE(
      NOT (
        CAST("cups" AS DOUBLE) BETWEEN 0 AND 1000
        AND CAST("cups" AS DOUBLE) = FLOOR(CAST("cups" AS DOUBLE))
      ),
      FALSE
    ) AS _ros1tree_bad__cups,
    COALESCE(
      LENGTH(LIST_FILTER("done_before", LAMBDA m : NOT m IN ('softener', 'descaling'))) > 0,
      FALSE
    ) AS _ros1tree_bad__done_before,
    "done_before" IS NULL
    OR LENGTH(LIST_FILTER("done_before", LAMBDA m : m IS NULL)) > 0 AS _ros1tree_partial__done_before
  FROM patients
), facts AS MATERIALIZED (
  SELECT
    *,
    CASE WHEN NOT _ros1tree_bad__pressure THEN CAST("pressure" AS DOUBLE) END AS _ros1tree_known__pressure,
    CASE WHEN NOT _ros1tree_bad__hardness THEN CAST("hardness" AS DOUBLE) END AS _ros1tree_known__hardness,
    CASE WHEN NOT _ros1tree_bad__cups THEN CAST("cups" AS DOUBLE) END AS _ros1tree_known__cups,
    "warranty" AS _ros1tree_known__warranty,
    COALESCE(
      CASE
        WHEN NOT _ros1tree_bad__done_before AND NOT _ros1tree_partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'softener')
      END,
      FALSE
    ) AS _ros1tree_known__done_before__softener,
    COALESCE(
      CASE
        WHEN NOT _ros1tree_bad__done_before AND NOT _ros1tree_partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'descaling')
      END,
      FALSE
    ) AS _ros1tree_known__done_before__descaling
  FROM checked
), step_1 AS (
  SELECT
    *,
    _ros1tree_known__cups > 900 AS _ros1tree_when__1, /* cups above 900 */
    _ros1tree_known__pressure < 8 AS _ros1tree_when__3, /* pressure below 8 bar */
    _ros1tree_known__pressure >= 8 AS _ros1tree_when__4, /* pressure at least 8 bar */
    _ros1tree_known__cups >= 200 AS _ros1tree_when__5, /* cups at least 200 */
    _ros1tree_known__cups >= 80 AS _ros1tree_when__6, /* cups at least 80 */
    _ros1tree_known__hardness >= 15 AS _ros1tree_when__7 /* hardness at least 15 °dH */
  FROM facts
), step_2 AS (
  SELECT
    *,
    _ros1tree_when__1 AND _ros1tree_known__done_before__descaling AS _ros1tree_when__2, /* cups above 900 and descaling among done before */
    _ros1tree_when__6 AND _ros1tree_when__7 AS _ros1tree_when__8, /* cups at least 80 and hardness at least 15 °dH */
    NOT _ros1tree_known__done_before__softener AND _ros1tree_when__7 AS _ros1tree_when__10 /* softener not among done before and hardness at least 15 °dH */
  FROM step_1
), step_3 AS (
  SELECT
    *,
    NOT (
      _ros1tree_bad__pressure
      OR _ros1tree_bad__hardness
      OR _ros1tree_bad__cups
      OR _ros1tree_bad__done_before
      OR COALESCE(_ros1tree_when__2, FALSE)
    ) AS _ros1tree_valid,
    _ros1tree_when__5 OR _ros1tree_when__8 AS _ros1tree_when__9 /* cups at least 200 or (cups at least 80 and hardness at least 15 °dH) */
  FROM step_2
), step_4 AS (
  SELECT
    *,
    _ros1tree_valid AND _ros1tree_when__3 AS _ros1tree_node__repair,
    _ros1tree_valid AND _ros1tree_when__4 AS _ros1tree_node__water,
    _ros1tree_valid AND _ros1tree_known__pressure IS NULL AS _ros1tree_asked__pressure__0,
    _ros1tree_valid
    AND (
      (
        COALESCE(NOT _ros1tree_when__3, FALSE) AND COALESCE(NOT _ros1tree_when__4, FALSE)
      )
      OR (
        COALESCE(_ros1tree_when__4, FALSE) AND COALESCE(_ros1tree_when__3, FALSE)
      )
    ) AS _ros1tree_fault__pressure
  FROM step_3
), step_5 AS (
  SELECT
    *,
    _ros1tree_node__water AND _ros1tree_when__9 AS _ros1tree_node__scale,
    _ros1tree_node__repair AND NOT _ros1tree_known__warranty AS _ros1tree_offer__technician__preferred,
    _ros1tree_node__repair AND _ros1tree_known__warranty AS _ros1tree_offer__maker__preferred,
    _ros1tree_node__water AND _ros1tree_when__10 AS _ros1tree_offer__softener__recommended,
    _ros1tree_node__repair AND _ros1tree_known__warranty AS _ros1tree_offer__technician__avoid,
    COALESCE(_ros1tree_node__repair, FALSE) AND _ros1tree_known__warranty IS NULL AS _ros1tree_asked__warranty__0,
    COALESCE(_ros1tree_node__water, FALSE)
    AND (
      _ros1tree_when__9 IS NULL AND _ros1tree_known__cups IS NULL
    ) AS _ros1tree_asked__cups__0,
    COALESCE(_ros1tree_node__water, FALSE)
    AND (
      _ros1tree_when__9 IS NULL AND _ros1tree_known__hardness IS NULL
    ) AS _ros1tree_asked__hardness__0,
    COALESCE(_ros1tree_node__water, FALSE)
    AND (
      _ros1tree_when__10 IS NULL AND _ros1tree_known__hardness IS NULL
    ) AS _ros1tree_asked__hardness__1
  FROM step_4
), step_6 AS (
  SELECT
    *,
    _ros1tree_node__scale AND NOT _ros1tree_known__done_before__descaling AS _ros1tree_offer__descaling__recommended
  FROM step_5
)
SELECT
  *
  EXCLUDE ("pressure", "hardness", "cups", "warranty", "done_before", _ros1tree_bad__pressure, _ros1tree_bad__hardness, _ros1tree_bad__cups, _ros1tree_bad__done_before, _ros1tree_partial__done_before, _ros1tree_known__pressure, _ros1tree_known__hardness, _ros1tree_known__cups, _ros1tree_known__warranty, _ros1tree_known__done_before__softener, _ros1tree_known__done_before__descaling, _ros1tree_when__1, _ros1tree_when__3, _ros1tree_when__4, _ros1tree_when__5, _ros1tree_when__6, _ros1tree_when__7, _ros1tree_when__2, _ros1tree_when__8, _ros1tree_when__10, _ros1tree_valid, _ros1tree_when__9, _ros1tree_node__repair, _ros1tree_node__water, _ros1tree_asked__pressure__0, _ros1tree_fault__pressure, _ros1tree_node__scale, _ros1tree_offer__technician__preferred, _ros1tree_offer__maker__preferred, _ros1tree_offer__softener__recommended, _ros1tree_offer__technician__avoid, _ros1tree_asked__warranty__0, _ros1tree_asked__cups__0, _ros1tree_asked__hardness__0, _ros1tree_asked__hardness__1, _ros1tree_offer__descaling__recommended),
  CASE
    WHEN NOT _ros1tree_valid
    THEN 'invalid'
    WHEN _ros1tree_fault__pressure
    THEN 'fault'
    WHEN (
      _ros1tree_valid AND _ros1tree_known__pressure IS NULL
    )
    OR (
      COALESCE(_ros1tree_node__repair, FALSE) AND _ros1tree_known__warranty IS NULL
    )
    OR (
      COALESCE(_ros1tree_node__water, FALSE)
      AND (
        _ros1tree_when__9 IS NULL OR _ros1tree_when__10 IS NULL
      )
    )
    OR (
      COALESCE(_ros1tree_node__scale, FALSE)
      AND _ros1tree_known__done_before__softener IS NULL
    )
    THEN 'incomplete'
    WHEN FALSE
    THEN 'not_covered'
    WHEN TRUE
    THEN 'complete'
  END AS "status",
  CASE
    WHEN COALESCE(_ros1tree_offer__technician__preferred, FALSE)
    THEN 'preferred'
  END AS "technician",
  CASE WHEN COALESCE(_ros1tree_offer__maker__preferred, FALSE) THEN 'preferred' END AS "maker",
  CASE
    WHEN COALESCE(_ros1tree_offer__softener__recommended, FALSE)
    THEN 'recommended'
  END AS "softener",
  CASE
    WHEN COALESCE(_ros1tree_offer__descaling__recommended, FALSE)
    THEN 'recommended'
  END AS "descaling",
  CAST(NULL AS TEXT) AS "vinegar",
  CASE
    WHEN _ros1tree_valid
    THEN COALESCE(_ros1tree_offer__technician__avoid, FALSE)
  END AS "avoid.technician",
  CASE WHEN _ros1tree_valid THEN FALSE END AS "avoid.maker",
  CASE WHEN _ros1tree_valid THEN FALSE END AS "avoid.softener",
  CASE WHEN _ros1tree_valid THEN FALSE END AS "avoid.descaling",
  CASE WHEN _ros1tree_valid THEN COALESCE(_ros1tree_node__water, FALSE) END AS "avoid.vinegar",
  CASE
    WHEN _ros1tree_valid
    THEN LIST_FILTER(
      CAST([
        CASE WHEN _ros1tree_offer__technician__preferred IS NULL THEN 'technician' END,
        CASE WHEN _ros1tree_offer__technician__avoid IS NULL THEN 'avoid.technician' END,
        CASE WHEN _ros1tree_offer__maker__preferred IS NULL THEN 'maker' END,
        CASE WHEN _ros1tree_offer__softener__recommended IS NULL THEN 'softener' END,
        CASE WHEN _ros1tree_offer__descaling__recommended IS NULL THEN 'descaling' END,
        CASE WHEN _ros1tree_node__water IS NULL THEN 'avoid.vinegar' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "possible",
  CASE
    WHEN _ros1tree_valid
    THEN LIST_FILTER(
      CAST([
        CASE WHEN _ros1tree_valid AND _ros1tree_known__pressure IS NULL THEN 'pressure' END,
        CASE
          WHEN COALESCE(_ros1tree_node__repair, FALSE) AND _ros1tree_known__warranty IS NULL
          THEN 'warranty'
        END,
        CASE
          WHEN COALESCE(_ros1tree_node__water, FALSE)
          AND (
            _ros1tree_when__9 IS NULL AND _ros1tree_known__cups IS NULL
          )
          THEN 'cups'
        END,
        CASE
          WHEN COALESCE(_ros1tree_node__water, FALSE)
          AND (
            _ros1tree_when__9 IS NULL AND _ros1tree_known__hardness IS NULL
          )
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END,
        CASE
          WHEN (
            COALESCE(_ros1tree_node__water, FALSE)
            AND (
              _ros1tree_when__10 IS NULL AND _ros1tree_known__hardness IS NULL
            )
          )
          AND NOT _ros1tree_asked__hardness__0
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "missing",
  CASE
    WHEN _ros1tree_valid
    THEN LIST_FILTER(CAST([CAST(NULL AS TEXT)] AS TEXT[]), LAMBDA m : NOT m IS NULL)
  END AS "silent",
  CASE
    WHEN _ros1tree_valid
    THEN LIST_FILTER(
      CAST([CASE WHEN _ros1tree_fault__pressure THEN 'pressure' END] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "faults",
  CASE
    WHEN NOT _ros1tree_valid
    THEN LIST_FILTER(
      CAST([
        CASE
          WHEN _ros1tree_bad__pressure
          THEN 'pressure: ' || CAST("pressure" AS TEXT) || ' is not allowed'
        END,
        CASE
          WHEN _ros1tree_bad__hardness
          THEN 'hardness: ' || CAST("hardness" AS TEXT) || ' is not allowed'
        END,
        CASE
          WHEN _ros1tree_bad__cups
          THEN 'cups: ' || CAST("cups" AS TEXT) || ' is not allowed'
        END,
        CASE
          WHEN _ros1tree_bad__done_before
          THEN 'done_before: a member is not allowed'
        END,
        CASE
          WHEN COALESCE(_ros1tree_when__2, FALSE)
          THEN 'no patient has this: cups above 900 and descaling among done before'
        END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "problems"
FROM step_6;
