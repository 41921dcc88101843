/* gradient_points.c - see gradient_points.h. */
#include "harness/runs/gradient_points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/training/gradient_row.h"
#include "harness/training/loop_plan.h"

/* ---- points ---- */

static void release_point(struct gradient_point *point)
{
    free(point->path);
    free(point->own_path);
    free(point->same_size_path);
    free(point->large_path);
}

void gradient_points_release(struct gradient_points *points)
{
    for (int p = 0; p < points->count; p++) release_point(&points->points[p]);
    free(points->points);
    free(points->folder);
    free(points->columns);
    index_release(&points->paths);
    index_release(&points->families);
    index_release(&points->told);
    *points = (struct gradient_points){0};
}

/* FOLDER/HASH.END, from the settings and everything else that the numbers depend on; NULL if memory runs out. */
static char *name_file(const struct gradient_points *points, const struct settings *settings, const char *design,
                       const char *end)
{
    char hash[IDENTITY_SIZE], *all = NULL, *text = settings_text(settings);
    if (text && asprintf(&all, "%s\n%s", text, design) < 0) all = NULL;
    if (all) identity_hash(all, hash);
    char *path = all ? file_join(points->folder, "%s.%s", hash, end) : NULL;
    free(all);
    free(text);
    return path;
}

static int name_files(const struct gradient_points *points, struct gradient_point *point, struct error *error)
{
    const struct gradient_design *design = points->design;
    char own[128], references[128], *rows = NULL;
    snprintf(own, sizeof own, "batches %d, dimensions %zu", design->batches, design->dimensions);
    snprintf(references, sizeof references, "references %d, dimensions %zu", design->references, design->dimensions);
    if (asprintf(&rows, "%s, references %d, selections %d, large %d\n%s", own, design->references, design->selections,
                 design->large, points->columns) < 0)
        return error_set(error, "out of memory");
    point->path = name_file(points, &point->settings, rows, "csv");
    free(rows);
    point->own_path = name_file(points, &point->same_size, own, "whole");
    point->same_size_path = name_file(points, &point->same_size, references, "whole");
    point->large_path = name_file(points, &point->large, references, "whole");
    if (point->path && point->own_path && point->same_size_path && point->large_path) return 0;
    return error_set(error, "out of memory");
}

/* Appends the point unless it exists; takes over its memory. */
static int add(struct gradient_points *points, struct gradient_point *point, struct error *error)
{
    int place = index_add(&points->paths, point->path, points->count);
    if (place >= 0 && place < points->count) {
        release_point(point);
        return 0;
    }
    if (place >= 0 && points->count == points->room) {
        int room = points->room ? 2 * points->room : 16;
        struct gradient_point *grown = realloc(points->points, (size_t)room * sizeof *grown);
        if (grown) {
            points->points = grown;
            points->room = room;
        }
    }
    point->family = index_add(&points->families, point->own_path, points->family_count);
    if (place < 0 || point->family < 0 || points->count == points->room) {
        release_point(point);
        return error_set(error, "out of memory");
    }
    points->family_count += point->family == points->family_count;
    points->points[points->count++] = *point;
    return 0;
}

static int add_point(struct gradient_points *points, const char *name, const struct settings *settings, int is_whole,
                     struct error *error)
{
    struct gradient_point point = {.settings = *settings, .is_whole = is_whole};
    snprintf(point.name, sizeof point.name, "%s", name);
    if (gradient_whole_settings(settings, settings->batch_size, &point.same_size, error) != 0 ||
        gradient_whole_settings(settings, points->design->large, &point.large, error) != 0)
        return -1;
    if (is_whole) point.settings = point.same_size;
    if (name_files(points, &point, error) == 0) return add(points, &point, error);
    release_point(&point);
    return -1;
}

/* Reports a missing whole batch once, however many cells it concerns. */
static void tell_without_whole(struct gradient_points *points, int batch_size, const char *reason)
{
    char note[ERROR_SIZE + 128];
    snprintf(note, sizeof note, "portions of %d samples have no whole batch of that size to compare with: %s",
             batch_size, reason);
    if (index_add(&points->told, note, points->told_count) != points->told_count) return;
    points->told_count++;
    fprintf(stderr, "note: %s\n", note);
}

/* Whole batches of so many samples, if the sampler can compose them. */
static int add_whole(struct gradient_points *points, const struct cell *cell, int batch_size, struct error *error)
{
    struct cell whole = *cell;
    struct error reason;
    char name[CELL_NAME_SIZE];
    int steps, images, status = batch_size < 2 ? error_set(&reason, "a batch needs at least two samples") : 0;
    if (status == 0) status = gradient_whole_settings(&cell->settings, batch_size, &whole.settings, &reason);
    if (status == 0) status = loop_check(&whole, points->data_folder, &steps, &images, &reason);
    if (status != 0) {
        tell_without_whole(points, batch_size, reason.message);
        return 0;
    }
    snprintf(name, sizeof name, "whole_B%d", batch_size);
    return add_point(points, name, &whole.settings, 1, error);
}

static int add_cell(struct gradient_points *points, const struct cell *cell, struct error *error)
{
    const struct settings *settings = &cell->settings;
    int selected = strategy_selected_count(settings->portion, settings->batch_size);
    if (gradient_check(settings, error) != 0) return error_context(error, "cell %s", cell->name);
    if (add_whole(points, cell, settings->batch_size, error) != 0) return -1;
    if (selected == settings->batch_size) return 0;
    if (add_whole(points, cell, selected, error) != 0) return -1;
    return add_point(points, cell->name, settings, 0, error);
}

/* The header of a point's file; NULL if memory runs out. */
static char *list_columns(void)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    gradient_row_write_header(stream);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

int gradient_points_init(struct gradient_points *points, const struct grid *grid, const struct gradient_design *design,
                         const char *data_folder, const char *out, struct error *error)
{
    *points = (struct gradient_points){
        .design = design, .data_folder = data_folder, .folder = file_join(out, "gradients"), .columns = list_columns()};
    if (!points->columns) return error_set(error, "out of memory");
    int status = file_make_folder(points->folder, error);
    if (status == 0) file_sweep_folder(points->folder);
    for (int c = 0; c < grid->count && status == 0; c++) {
        struct cell large = grid->cells[c];
        int steps, images;
        status = gradient_whole_settings(&grid->cells[c].settings, design->large, &large.settings, error);
        if (status == 0) status = loop_check(&large, data_folder, &steps, &images, error);
        if (status != 0) return error_context(error, "--large %d", design->large);
        status = add_cell(points, &grid->cells[c], error);
    }
    return status;
}

/* ---- measuring ---- */

static int is_done(const struct gradient_point *point)
{
    return file_exists(point->path);
}

int gradient_points_missing(const struct gradient_points *points, int family, const struct gradient_point **first)
{
    int missing = 0;
    *first = NULL;
    for (int p = 0; p < points->count; p++) {
        const struct gradient_point *point = &points->points[p];
        if ((family >= 0 && point->family != family) || is_done(point)) continue;
        if (missing++ == 0) *first = point;
    }
    return missing;
}

int gradient_points_measure(const struct gradient_points *points, int family, struct error *error)
{
    const struct gradient_point *first;
    int missing = gradient_points_missing(points, family, &first), count = 0;
    if (missing == 0) return 0;
    struct gradient_case *cases = calloc((size_t)missing, sizeof *cases);
    if (!cases) return error_set(error, "out of memory");
    for (int p = 0; p < points->count; p++) {
        const struct gradient_point *point = &points->points[p];
        if (point->family == family && !is_done(point))
            cases[count++] = (struct gradient_case){&point->settings, point->path};
    }
    struct gradient_family measured = {
        &first->same_size, &first->large, first->own_path, first->same_size_path, first->large_path, cases, count,
    };
    int status = gradient_family_measure(&measured, points->design, points->data_folder, error);
    free(cases);
    return status;
}

/* ---- gradients.csv ---- */

enum { FIELDS_MAX = AXES_MAX + 64 };

static void write_header(FILE *stream, const struct axes *axes)
{
    const char *fields[FIELDS_MAX] = {"cell", "kind"};
    int count = 2;
    for (int a = 0; a < axes->count; a++)
        if (!axis_is_request(&axes->axis[a])) fields[count++] = axes->axis[a].column;
    for (const struct gradient_column *column = gradient_columns; column->name; column++)
        fields[count++] = column->name;
    csv_write_row(stream, fields, count);
}

static void write_row(FILE *stream, const struct axes *axes, const struct gradient_point *point,
                      const struct csv_table *table, int row)
{
    const char *fields[FIELDS_MAX] = {point->name, point->is_whole ? "whole" : "portion"};
    char values[AXES_MAX][AXIS_VALUE_SIZE];
    int count = 2;
    for (int a = 0; a < axes->count; a++) {
        if (axis_is_request(&axes->axis[a])) continue;
        axis_format(&axes->axis[a], &point->settings, values[a]);
        fields[count++] = values[a];
    }
    for (const struct gradient_column *column = gradient_columns; column->name; column++)
        fields[count++] = csv_text(table, row, csv_column(table, column->name));
    csv_write_row(stream, fields, count);
}

static int write_points(FILE *stream, const struct gradient_points *points, const struct axes *axes,
                        struct error *error)
{
    struct csv_table table;
    write_header(stream, axes);
    for (int p = 0; p < points->count; p++) {
        const struct gradient_point *point = &points->points[p];
        if (!is_done(point)) continue;
        if (csv_read(&table, point->path, error) != 0) return -1;
        for (int row = 0; row < table.row_count; row++) write_row(stream, axes, point, &table, row);
        csv_release(&table);
    }
    return 0;
}

int gradient_points_gather(const struct gradient_points *points, const struct axes *axes, const char *out,
                           struct error *error)
{
    struct file_writer writer;
    char *path = file_join(out, "gradients.csv");
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    status = write_points(writer.stream, points, axes, error);
    if (status == 0) status = file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return status;
}
