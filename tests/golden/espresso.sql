-- Care of an espresso machine
-- espresso, version 1, sha256:0e72691ad3bdd403d77c5e6c24eb35a7cfa57fcd8bc7ea09e091b954dbb0eaa6
WITH checked AS (
  SELECT
    *,
    COALESCE(NOT (
      "pressure" BETWEEN 0.0 AND 20.0
    ), FALSE) AS bad__pressure,
    COALESCE(NOT (
      "hardness" BETWEEN 0.0 AND 1000000000000000
    ), FALSE) AS bad__hardness,
    COALESCE(NOT (
      "cups" BETWEEN 0 AND 1000 AND "cups" = FLOOR("cups")
    ), FALSE) AS bad__cups,
    COALESCE(
      LENGTH(LIST_FILTER("done_before", LAMBDA m : NOT m IN ('softener', 'descaling'))) > 0,
      FALSE
    ) AS bad__done_before,
    LENGTH(LIST_FILTER("done_before", LAMBDA m : m IS NULL)) > 0 AS partial__done_before
  FROM patients
), facts AS (
  SELECT
    *,
    CASE WHEN NOT bad__pressure THEN "pressure" END AS known__pressure,
    CASE WHEN NOT bad__hardness THEN "hardness" END AS known__hardness,
    CASE WHEN NOT bad__cups THEN "cups" END AS known__cups,
    "warranty" AS known__warranty,
    COALESCE(
      CASE
        WHEN NOT bad__done_before AND NOT partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'softener')
      END,
      FALSE
    ) AS known__done_before__softener,
    COALESCE(
      CASE
        WHEN NOT bad__done_before AND NOT partial__done_before
        THEN ARRAY_CONTAINS("done_before", 'descaling')
      END,
      FALSE
    ) AS known__done_before__descaling
  FROM checked
), step_1 AS (
  SELECT
    *,
    known__cups > 900 AND known__done_before__descaling AS when__0, /* cups above 900 and descaling among done before */
    known__cups >= 200 OR (
      known__cups >= 80 AND known__hardness >= 15
    ) AS when__3, /* cups at least 200 or (cups at least 80 and hardness at least 15 °dH) */
    NOT known__done_before__softener AND known__hardness >= 15 AS when__6 /* softener not among done before and hardness at least 15 °dH */
  FROM facts
), step_2 AS (
  SELECT
    *,
    NOT (
      bad__pressure
      OR bad__hardness
      OR bad__cups
      OR bad__done_before
      OR COALESCE(when__0, FALSE)
    ) AS valid
  FROM step_1
), step_3 AS (
  SELECT
    *,
    valid AND known__pressure < 8 AS node__repair,
    valid AND known__pressure >= 8 AS node__water,
    valid
    AND (
      (
        COALESCE(NOT known__pressure < 8, FALSE)
        AND COALESCE(NOT known__pressure >= 8, FALSE)
      )
      OR (
        COALESCE(known__pressure >= 8, FALSE) AND COALESCE(known__pressure < 8, FALSE)
      )
    ) AS fault__pressure
  FROM step_2
), step_4 AS (
  SELECT
    *,
    node__water AND when__3 AS node__scale,
    node__repair AND NOT known__warranty AS offer__technician__preferred,
    node__repair AND known__warranty AS offer__maker__preferred,
    node__water AND when__6 AS offer__softener__recommended,
    node__repair AND known__warranty AS offer__technician__avoid
  FROM step_3
), step_5 AS (
  SELECT
    *,
    node__scale AND NOT known__done_before__descaling AS offer__descaling__recommended
  FROM step_4
)
SELECT
  *
  EXCLUDE ("pressure", "hardness", "cups", "warranty", "done_before", bad__pressure, bad__hardness, bad__cups, bad__done_before, partial__done_before, known__pressure, known__hardness, known__cups, known__warranty, known__done_before__softener, known__done_before__descaling, when__0, when__3, when__6, valid, node__repair, node__water, fault__pressure, node__scale, offer__technician__preferred, offer__maker__preferred, offer__softener__recommended, offer__technician__avoid, offer__descaling__recommended),
  CASE
    WHEN NOT valid
    THEN 'invalid'
    WHEN fault__pressure
    THEN 'fault'
    WHEN (
      valid
      AND (
        (
          known__pressure < 8
        ) IS NULL OR (
          known__pressure >= 8
        ) IS NULL
      )
    )
    OR (
      COALESCE(node__repair, FALSE)
      AND (
        (
          NOT known__warranty
        ) IS NULL OR known__warranty IS NULL
      )
    )
    OR (
      COALESCE(node__water, FALSE) AND (
        when__3 IS NULL OR when__6 IS NULL
      )
    )
    OR (
      COALESCE(node__scale, FALSE) AND (
        NOT known__done_before__descaling
      ) IS NULL
    )
    THEN 'incomplete'
    WHEN FALSE
    THEN 'not_covered'
    WHEN TRUE
    THEN 'complete'
  END AS "status",
  CASE WHEN COALESCE(offer__technician__preferred, FALSE) THEN 'preferred' END AS "technician",
  CASE WHEN COALESCE(offer__maker__preferred, FALSE) THEN 'preferred' END AS "maker",
  CASE WHEN COALESCE(offer__softener__recommended, FALSE) THEN 'recommended' END AS "softener",
  CASE WHEN COALESCE(offer__descaling__recommended, FALSE) THEN 'recommended' END AS "descaling",
  CAST(NULL AS TEXT) AS "vinegar",
  CASE WHEN valid THEN COALESCE(offer__technician__avoid, FALSE) END AS "avoid.technician",
  CASE WHEN valid THEN FALSE END AS "avoid.maker",
  CASE WHEN valid THEN FALSE END AS "avoid.softener",
  CASE WHEN valid THEN FALSE END AS "avoid.descaling",
  CASE WHEN valid THEN COALESCE(node__water, FALSE) END AS "avoid.vinegar",
  CASE
    WHEN valid
    THEN LIST_FILTER(
      CAST([
        CASE WHEN offer__technician__preferred IS NULL THEN 'technician' END,
        CASE WHEN offer__technician__avoid IS NULL THEN 'avoid.technician' END,
        CASE WHEN offer__maker__preferred IS NULL THEN 'maker' END,
        CASE WHEN offer__softener__recommended IS NULL THEN 'softener' END,
        CASE WHEN offer__descaling__recommended IS NULL THEN 'descaling' END,
        CASE WHEN node__water IS NULL THEN 'avoid.vinegar' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "possible",
  CASE
    WHEN valid
    THEN LIST_FILTER(
      CAST([
        CASE
          WHEN (
            valid AND (
              (
                known__pressure < 8
              ) IS NULL AND known__pressure IS NULL
            )
          )
          OR (
            valid
            AND (
              (
                known__pressure >= 8
              ) IS NULL AND known__pressure IS NULL
            )
          )
          THEN 'pressure'
        END,
        CASE
          WHEN (
            COALESCE(node__repair, FALSE)
            AND (
              (
                NOT known__warranty
              ) IS NULL AND known__warranty IS NULL
            )
          )
          OR (
            COALESCE(node__repair, FALSE) AND known__warranty IS NULL
          )
          THEN 'warranty'
        END,
        CASE
          WHEN COALESCE(node__water, FALSE) AND (
            when__3 IS NULL AND known__cups IS NULL
          )
          THEN 'cups'
        END,
        CASE
          WHEN COALESCE(node__water, FALSE)
          AND (
            when__3 IS NULL AND known__hardness IS NULL
          )
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END,
        CASE
          WHEN (
            COALESCE(node__water, FALSE)
            AND (
              when__6 IS NULL AND known__hardness IS NULL
            )
          )
          AND NOT (
            COALESCE(node__water, FALSE)
            AND (
              when__3 IS NULL AND known__hardness IS NULL
            )
          )
          THEN 'hardness'
        END,
        CASE WHEN FALSE THEN 'done_before' END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "missing",
  CASE
    WHEN valid
    THEN LIST_FILTER(CAST([CAST(NULL AS TEXT)] AS TEXT[]), LAMBDA m : NOT m IS NULL)
  END AS "silent",
  CASE
    WHEN valid
    THEN LIST_FILTER(
      CAST([CASE WHEN fault__pressure THEN 'pressure' END] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "faults",
  CASE
    WHEN NOT valid
    THEN LIST_FILTER(
      CAST([
        CASE
          WHEN bad__pressure
          THEN 'pressure: ' || CAST("pressure" AS TEXT) || ' is not allowed'
        END,
        CASE
          WHEN bad__hardness
          THEN 'hardness: ' || CAST("hardness" AS TEXT) || ' is not allowed'
        END,
        CASE WHEN bad__cups THEN 'cups: ' || CAST("cups" AS TEXT) || ' is not allowed' END,
        CASE WHEN bad__done_before THEN 'done_before: a member is not allowed' END,
        CASE
          WHEN COALESCE(when__0, FALSE)
          THEN 'no patient has this: cups above 900 and descaling among done before'
        END
      ] AS TEXT[]),
      LAMBDA m : NOT m IS NULL
    )
  END AS "problems"
FROM step_5;
