/* test_process.c - other programs are run to their end and listened to; signals wait where they are held back;
 * locks are one process's. */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/lock.h"
#include "base/process.h"
#include "tests/support/fixture.h"

Test(process, passes_on_what_a_program_says)
{
    struct error error;
    char *said, *arguments[] = {"sh", "-c", "echo one; echo noise >&2; echo two", NULL};
    cr_assert_eq(process_run(arguments, &said, &error), 0, "%s", error.message);
    cr_assert_str_eq(said, "one\ntwo\n");
    free(said);
}

Test(process, takes_more_than_a_pipe_holds)
{
    struct error error;
    char *said, *arguments[] = {"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x | tee /dev/stderr", NULL};
    cr_assert_eq(process_run(arguments, &said, &error), 0, "%s", error.message);
    cr_assert_eq(strlen(said), 300000);
    free(said);
}

Test(process, tells_why_a_program_failed_or_is_not_there)
{
    struct error error;
    char *said, *failing[] = {"sh", "-c", "echo first >&2; echo 'the reason' >&2; exit 3", NULL};
    cr_assert_eq(process_run(failing, &said, &error), -1);
    cr_assert_str_eq(error.message, "sh failed: the reason");
    cr_assert_null(said);
    char *missing[] = {"no-such-program", NULL};
    cr_assert_eq(process_run(missing, &said, &error), -1);
    cr_assert_str_eq(error.message, "cannot run no-such-program: is it installed?");
    char *killed[] = {"sh", "-c", "kill -9 $$", NULL};
    cr_assert_eq(process_run(killed, &said, &error), -1);
}

Test(interrupt, waits_while_held)
{
    interrupt_hold();
    cr_assert_eq(interrupt_pending(), 0);
    interrupt_release(); /* none: nothing happens */
    interrupt_hold();
    raise(SIGTERM);
    cr_assert_eq(interrupt_pending(), SIGTERM);
    cr_assert_eq(interrupt_pending(), SIGTERM, "asking takes nothing");
}

Test(interrupt, has_its_way_when_released, .signal = SIGINT)
{
    signal(SIGINT, SIG_IGN); /* as shells have it for what runs in the background */
    interrupt_hold();
    raise(SIGINT);
    interrupt_release();
}

static char *lock_path(char *folder)
{
    return file_join(folder, "lock");
}

Test(lock, is_held_by_one_until_it_is_closed)
{
    struct error error;
    char *folder = fixture_folder(), *path = lock_path(folder);
    cr_assert_not(lock_is_taken(path));
    int first = lock_take(path, 0, &error);
    cr_assert_geq(first, 0, "%s", error.message);
    cr_assert(lock_is_taken(path));
    cr_assert_eq(lock_take(path, 0, &error), LOCK_TAKEN);
    close(first);
    cr_assert_not(lock_is_taken(path));
    fixture_remove(folder);
    cr_assert_eq(lock_take(path, 0, &error), LOCK_FAILED);
    cr_assert_not_null(strstr(error.message, "cannot open"));
    free(path);
}

Test(lock, waits_until_a_signal_comes)
{
    struct error error;
    char *folder = fixture_folder(), *path = lock_path(folder);
    int first = lock_take(path, 0, &error);
    interrupt_hold();
    raise(SIGTERM);
    cr_assert_eq(lock_take(path, INFINITY, &error), LOCK_INTERRUPTED);
    close(first);
    free(path);
    fixture_remove(folder);
}
