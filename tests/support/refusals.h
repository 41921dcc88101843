/* refusals.h - experiment files that are refused, with their messages. */
#ifndef PARTGRAD_TESTS_SUPPORT_REFUSALS_H
#define PARTGRAD_TESTS_SUPPORT_REFUSALS_H

#include "tests/support/experiment_fixture.h"

/* The file is refused with exactly this message, and the experiment is left empty. */
static inline void refuses(const char *text, const char *message)
{
    struct experiment experiment;
    struct error error;
    cr_assert_eq(fixture_read_bytes(&experiment, text, strlen(text), NULL, 0, &error), -1, "%s", text);
    cr_assert_str_eq(error.message, message);
    cr_assert_null(experiment.text);
    cr_assert_eq(experiment.block_count, 0);
}

/* Likewise, with a message that begins with e.yaml:LINE and holds `part`. */
static inline void refuses_at(const char *text, int line, const char *part)
{
    struct experiment experiment;
    struct error error;
    char start[32];
    snprintf(start, sizeof start, "e.yaml:%d: ", line);
    cr_assert_eq(fixture_read_bytes(&experiment, text, strlen(text), NULL, 0, &error), -1, "%s", text);
    cr_assert_eq(strncmp(error.message, start, strlen(start)), 0, "'%s' is not at line %d", error.message, line);
    cr_assert_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
}

/* A right file is refused with this --set, with a message that holds `part`. */
static inline void refuses_set(const char *text, const char *set, const char *part)
{
    struct experiment experiment;
    struct error error;
    cr_assert_eq(fixture_read_bytes(&experiment, text, strlen(text), &set, 1, &error), -1, "%s", set);
    cr_expect_not_null(strstr(error.message, part), "'%s' does not say '%s'", error.message, part);
    cr_expect_null(experiment.text);
}

#endif
