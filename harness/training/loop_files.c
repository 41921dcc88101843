/* loop_files.c - see loop_files.h. */
#include "harness/training/loop_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "harness/tables/column.h"
#include "harness/training/checkpoint.h"
#include "harness/training/queries.h"

/* ---- the checkpoint ---- */

/* What must be equal for a checkpoint to belong to this training run: settings and images. */
static void list_identity(struct loop *training, struct checkpoint *checkpoint)
{
    checkpoint_require(checkpoint, training->identity, strlen(training->identity));
    checkpoint_require(checkpoint, &training->pack.checksum, sizeof training->pack.checksum);
}

/* Everything that the next step depends on, and the rows so far. */
static void list_state(struct loop *training, struct checkpoint *checkpoint)
{
    size_t epochs = (size_t)training->budget.epochs + 1, steps = (size_t)training->budget.steps + 1;
    checkpoint->count = 0;
    list_identity(training, checkpoint);
    checkpoint_add(checkpoint, &training->epoch, sizeof training->epoch);
    checkpoint_add(checkpoint, &training->step, sizeof training->step);
    checkpoint_add(checkpoint, &training->steps_done, sizeof training->steps_done);
    checkpoint_add(checkpoint, &training->totals, sizeof training->totals);
    checkpoint_add(checkpoint, &training->seconds, sizeof training->seconds);
    checkpoint_add(checkpoint, &training->means, sizeof training->means);
    checkpoint_add(checkpoint, training->epochs, epochs * sizeof *training->epochs);
    checkpoint_add(checkpoint, training->step_seconds, steps * sizeof *training->step_seconds);
    checkpoint_add(checkpoint, training->steps, training->steps ? steps * sizeof *training->steps : 0);
    centroids_checkpoint(&training->centroids, checkpoint);
    selected_checkpoint(&training->selected, checkpoint);
    judge_checkpoint(&training->judge, checkpoint);
    other_packs_checkpoint(&training->others, checkpoint);
    update_checkpoint(&training->update, checkpoint);
}

int loop_write_checkpoint(struct loop *training, struct error *error)
{
    struct checkpoint checkpoint;
    training->seconds = clock_seconds() - training->started;
    list_state(training, &checkpoint);
    char *path = file_join(training->folder, "checkpoint");
    int status = checkpoint_write(&checkpoint, path, error);
    free(path);
    return status == 0 ? 0 : LOOP_UNWRITTEN;
}

int loop_resume(struct loop *training)
{
    struct checkpoint checkpoint;
    char *path = file_join(training->folder, "checkpoint");
    list_state(training, &checkpoint);
    int restored = checkpoint_restore(&checkpoint, path);
    free(path);
    if (!restored) return 0;
    training->started -= training->seconds;
    update_resume(&training->update);
    printf("resuming after epoch %d, step %d of the next\n", training->epoch > 0 ? training->epoch - 1 : 0,
           training->step);
    fflush(stdout);
    return 1;
}

static void remove_file(const char *folder, const char *name)
{
    char *path = file_join(folder, "%s", name);
    remove(path);
    free(path);
}

void loop_forget(const struct loop *training)
{
    remove_file(training->folder, "checkpoint");
}

/* ---- the rows ---- */

int loop_write_rows(const struct loop *training, struct error *error)
{
    struct column_table columns;
    int epochs = training->epoch + 1, steps = (int)training->steps_done;
    columns_of_steps(&columns);
    if (training->steps && column_write_file(training->folder, "steps.csv", &columns, training->cell, training->steps,
                                             sizeof *training->steps, steps, error) != 0)
        return LOOP_UNWRITTEN;
    columns_of_epochs(&columns);
    if (column_write_file(training->folder, "epochs.csv", &columns, training->cell, training->epochs,
                          sizeof *training->epochs, epochs, error) != 0)
        return LOOP_UNWRITTEN;
    return other_packs_write(&training->others, training->folder, training->cell, error) == 0 ? 0 : LOOP_UNWRITTEN;
}

void loop_forget_rows(const struct loop *training)
{
    remove_file(training->folder, "epochs.csv");
    remove_file(training->folder, "steps.csv");
    remove_file(training->folder, "evaluations.csv");
    queries_forget(training->folder);
    selected_forget(training->folder);
}
