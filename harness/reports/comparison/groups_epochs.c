/* groups_epochs.c - see groups.h: the part that reads epochs. */
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/epoch_rows.h"
#include "harness/reports/comparison/groups.h"

/* The group's epoch, which is added if it is new; NULL if memory runs out. */
static struct groups_epoch *find_epoch(struct group *group, int epoch)
{
    int at = group->epoch_count;
    while (at > 0 && group->epochs[at - 1].epoch > epoch) at--;
    if (at > 0 && group->epochs[at - 1].epoch == epoch) return &group->epochs[at - 1];
    struct groups_epoch *epochs = realloc(group->epochs, (size_t)(group->epoch_count + 1) * sizeof *epochs);
    struct groups_value *value = groups_values();
    if (epochs) group->epochs = epochs;
    if (!epochs || !value) {
        free(value);
        return NULL;
    }
    memmove(&epochs[at + 1], &epochs[at], (size_t)(group->epoch_count - at) * sizeof *epochs);
    epochs[at] = (struct groups_epoch){epoch, value};
    group->epoch_count++;
    return &epochs[at];
}

static int take_row(void *into, const struct epoch_row *row, struct error *error)
{
    struct groups *groups = into;
    struct groups_epoch *epoch = find_epoch(&groups->group[groups->of_cell[row->cell]], row->epoch);
    if (!epoch) return error_set(error, "out of memory");
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        groups_value_add(&epoch->value[metric - metrics_table], epoch_row_measure(row, metric));
    return 0;
}

int groups_read_epochs(struct groups *groups, struct error *error)
{
    return epoch_rows_read(groups->results, take_row, groups, error);
}
