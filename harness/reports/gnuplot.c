/* gnuplot.c - see gnuplot.h. */
#include "harness/reports/gnuplot.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

/* Relative to the program's folder: of a build, of a sanitised build, of an installation. */
static const char *const template_places[] = {"../scripts/plots", "../../scripts/plots", "../share/partgrad/plots"};

int gnuplot_find_templates(char folder[PATH_MAX], struct error *error)
{
    const char *given = getenv("PARTGRAD_PLOTS");
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (given) {
        snprintf(folder, PATH_MAX, "%s", given);
        return 0;
    }
    program[length > 0 ? length : 0] = '\0';
    const char *beside = dirname(program);
    for (size_t p = 0; p < sizeof template_places / sizeof *template_places; p++)
        if (snprintf(folder, PATH_MAX, "%s/%s", beside, template_places[p]) < PATH_MAX && file_exists(folder)) return 0;
    return error_set(error, "cannot find the templates of the plots; set PARTGRAD_PLOTS to scripts/plots");
}

/* In single quotes, in which gnuplot expands nothing and only the quote itself needs care. */
void gnuplot_print_string(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
    fputc('\'', stream);
}

/* Statements come on stdin, since a command line is short. */
static char *make_script(const char *templates, const char *name, const char *settings)
{
    char *text = NULL, *template = file_join(templates, "%s.gp", name);
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (stream) {
        fprintf(stream, "templates = ");
        gnuplot_print_string(stream, templates);
        fprintf(stream, "\n%s\nload ", settings);
        gnuplot_print_string(stream, template);
        fputc('\n', stream);
        if (fclose(stream) != 0) {
            free(text);
            text = NULL;
        }
    }
    free(template);
    return text;
}

int gnuplot_run(const char *templates, const char *name, const char *folder, const char *settings, double seconds,
                struct error *error)
{
    char *said, *arguments[] = {"gnuplot", "-d", "-", NULL}, *whole = realpath(templates, NULL);
    if (!whole) return error_errno(error, "cannot find the templates of the plots in %s", templates);
    char *script = make_script(whole, name, settings);
    free(whole);
    if (!script) return error_set(error, "out of memory");
    struct process process = {.arguments = arguments, .input = script, .folder = folder, .seconds = seconds};
    int status = process_run(&process, &said, error);
    free(script);
    if (status != 0) return error_context(error, "%s.gp", name);
    free(said);
    return 0;
}
