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

static int run(char *const *arguments, char **said, struct error *error)
{
    return process_run(&(struct process){.arguments = arguments}, said, error);
}

Test(process, passes_on_what_a_program_says)
{
    struct error error;
    char *said, *arguments[] = {"sh", "-c", "echo one; echo noise >&2; echo two", NULL};
    cr_assert_eq(run(arguments, &said, &error), 0, "%s", error.message);
    cr_assert_str_eq(said, "one\ntwo\n");
    free(said);
}

Test(process, takes_more_than_a_pipe_holds)
{
    struct error error;
    char *said, *arguments[] = {"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x | tee /dev/stderr", NULL};
    cr_assert_eq(run(arguments, &said, &error), 0, "%s", error.message);
    cr_assert_eq(strlen(said), 300000);
    free(said);
}

Test(process, tells_why_a_program_failed_or_is_not_there)
{
    struct error error;
    char *said, *failing[] = {"sh", "-c", "echo first >&2; echo 'the reason' >&2; exit 3", NULL};
    cr_assert_eq(run(failing, &said, &error), -1);
    cr_assert_str_eq(error.message, "sh failed with status 3: the reason");
    cr_assert_null(said);
    char *missing[] = {"no-such-program", NULL};
    cr_assert_eq(run(missing, &said, &error), -1);
    cr_assert_str_eq(error.message, "cannot run no-such-program: is it installed?");
    char *forbidden[] = {"/etc/passwd", NULL};
    cr_assert_eq(run(forbidden, &said, &error), -1);
    cr_assert_str_eq(error.message, "cannot run /etc/passwd: Permission denied");
    char *same_status[] = {"sh", "-c", "exit 127", NULL};
    cr_assert_eq(run(same_status, &said, &error), -1);
    cr_assert_str_eq(error.message, "sh failed with status 127: it gave no reason");
    char *killed[] = {"sh", "-c", "kill -9 $$", NULL};
    cr_assert_eq(run(killed, &said, &error), -1);
    cr_assert_str_eq(error.message, "sh was killed by signal 9 (Killed)");
}

Test(process, has_input_and_a_folder_of_any_size_and_name)
{
    struct error error;
    enum { LONG = 500000 };
    char *said, *folder = fixture_folder(), *odd = file_join(folder, "it's \"odd\" \xff"), *text = malloc(LONG + 1);
    char *counting[] = {"sh", "-c", "wc -c; basename \"$PWD\"", NULL};
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    cr_assert_eq(file_make_folder(odd, &error), 0, "%s", error.message);
    struct process process = {.arguments = counting, .input = text, .folder = odd};
    cr_assert_eq(process_run(&process, &said, &error), 0, "%s", error.message);
    cr_assert_str_eq(said, "500000\nit's \"odd\" \xff\n");
    free(said);
    free(text);
    free(odd);
    fixture_remove(folder);
}

Test(process, is_ended_after_its_time, .timeout = 20)
{
    struct error error;
    char *said, *hanging[] = {"sleep", "100", NULL};
    struct process process = {.arguments = hanging, .seconds = 0.2};
    cr_assert_eq(process_run(&process, &said, &error), -1);
    cr_assert_str_eq(error.message, "sleep did not end within 0.2 seconds");
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
