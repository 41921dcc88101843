/* test_groups.c - cells brought together over seeds: means and deviations, epochs, what is kept apart and left out. */
#include "tests/support/cells_fixture.h"

Test(groups, give_mean_and_sample_deviation)
{
    const double measured[] = {2, 4, 4, NAN, 4, 5, 5, 7, 9};
    struct groups_value value = groups_value_none();
    for (int i = 0; i < 9; i++) groups_value_add(&value, measured[i]);
    cr_assert_eq(value.count, 8);
    cr_assert_float_eq(value.mean, 5, 1e-12);
    cr_assert_float_eq(value.deviation, sqrt(32.0 / 7), 1e-12);
}

Test(groups, have_no_deviation_of_one_value_and_no_mean_of_none)
{
    struct groups_value value = groups_value_none();
    groups_value_add(&value, NAN);
    cr_assert(isnan(value.mean));
    groups_value_add(&value, 0.25);
    cr_assert_eq(value.mean, 0.25);
    cr_assert(isnan(value.deviation));
}

Test(groups, have_no_deviation_if_all_seeds_agree)
{
    struct groups_value value = groups_value_none();
    for (int i = 0; i < 7; i++) groups_value_add(&value, 68486720.1);
    cr_assert_eq(value.deviation, 0);
}

Test(groups, bring_seeds_together_and_leave_failed_cells_out)
{
    struct hand_made made;
    make_grid(&made, grid, GRID);
    const struct groups *groups = &made.shown.groups;
    cr_assert_eq(groups->count, 5);
    cr_assert_eq(groups->group[0].cells, 2);
    cr_assert_float_eq(value_of(&groups->group[0], "test_recall_at_1").mean, 0.55, 1e-12);
    cr_assert_float_eq(value_of(&groups->group[0], "test_recall_at_1").deviation, sqrt(0.005), 1e-12);
    cr_assert(isnan(value_of(&groups->group[0], "test_map_at_r").mean), "an empty column was taken for a number");
    cr_assert_eq(made.shown.results.failed.count, 1);
    remove_grid(&made);
}

Test(groups, keep_runs_apart_that_only_their_names_tell_apart)
{
    struct made other[GRID];
    struct shown shown;
    memcpy(other, grid, sizeof grid);
    for (int i = 0; i < GRID; i++) other[i].recall += 0.01;
    char *parent = make_parent(), *a = file_join(parent, "a"), *b = file_join(parent, "b");
    char *folders[] = {make_run(a, "run", grid, GRID), make_run(b, "run", other, GRID)};
    read_runs(&shown, folders, 2);
    cr_assert_eq(shown.groups.count, 10);
    cr_assert_str_eq(shown.results.runs[0].name, folders[0]);
    cr_assert(shown.variation.shown[shown.results.axes.count]);
    release_runs(&shown);
    for (int i = 0; i < 2; i++) remove_run(folders[i]);
    remove_parent(a);
    remove_parent(b);
    remove_parent(parent);
}

Test(groups, name_the_file_and_the_column_that_is_missing)
{
    char *parent = make_parent(), *path = file_join(parent, "cells.csv");
    struct results_source source = {parent, -1, NULL};
    struct results results;
    struct groups groups;
    struct error error;
    cr_assert_eq(file_write(path, "cell,status,seed\na,ok,0\n", 24, &error), 0);
    cr_assert_eq(results_read(&results, &source, 1, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&groups, &results, &error), -1);
    cr_assert(strstr(error.message, path) && strstr(error.message, "no column dataset"), "%s", error.message);
    results_release(&results);
    unlink(path);
    free(path);
    remove_parent(parent);
}

Test(groups, bring_epochs_together_over_seeds_and_in_their_order)
{
    struct hand_made made;
    make_grid(&made, grid, GRID);
    const struct group *group = &made.shown.groups.group[0];
    cr_assert_eq(group->epoch_count, EPOCHS);
    cr_assert_eq(group_evaluations(group, metric_find("test_recall_at_1")), EPOCHS - 1);
    for (int e = 0; e < EPOCHS; e++) cr_assert_eq(group->epochs[e].epoch, e + 1);
    cr_assert(isnan(epoch_value(group, 0, "test_recall_at_1").mean), "a failed or strange cell was taken in");
    cr_assert_float_eq(epoch_value(group, 1, "test_recall_at_1").mean, 0.45, 1e-12);
    cr_assert_float_eq(epoch_value(group, 2, "test_recall_at_1").mean, 0.55, 1e-12);
    cr_assert_float_eq(epoch_value(group, 2, "test_recall_at_1").deviation, sqrt(0.005), 1e-12);
    cr_assert(isnan(epoch_value(group, 2, "peak_activation_bytes").mean), "a column that is not there has no values");
    remove_grid(&made);
}

Test(groups, leave_times_out_that_other_work_spoiled_if_others_are_there)
{
    static const char table[] = "cell,status,dataset,model,loss,strategy,batch_size,portion,seed,test_recall_at_1,"
                                "images_per_second,others_share\n"
                                "a,ok,d,m,l,full,64,1,0,0.2,100,0.02\nb,ok,d,m,l,full,64,1,1,0.4,20,0.7\n"
                                "c,ok,d,m,l,full,32,1,0,0.2,30,0.5\nd,ok,d,m,l,full,16,1,0,0.2,30,\n";
    char *parent = make_parent(), *text = strdup(table);
    struct shown shown;
    put_file(parent, "cells.csv", text, strlen(text));
    read_runs(&shown, &parent, 1);
    cr_expect_eq(shown.groups.group[0].disturbed, 1);
    cr_expect_eq(value_of(&shown.groups.group[0], "images_per_second").mean, 100);
    cr_expect_float_eq(value_of(&shown.groups.group[0], "test_recall_at_1").mean, 0.3, 1e-12);
    cr_expect_eq(value_of(&shown.groups.group[1], "images_per_second").mean, 30, "there is nothing better");
    cr_expect_eq(shown.groups.group[2].disturbed, 0, "not known");
    release_runs(&shown);
    remove_run(parent);
}
