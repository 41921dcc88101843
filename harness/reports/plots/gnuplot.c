/* gnuplot.c - see gnuplot.h. */
#include "harness/reports/plots/gnuplot.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/process.h"
#include "base/share.h"

int gnuplot_find_templates(char folder[PATH_MAX], struct error *error)
{
    const char *given = getenv("PARTGRAD_PLOTS");
    char *found = given ? strdup(given) : share_find("plots", "scripts/plots");
    int fits = found && snprintf(folder, PATH_MAX, "%s", found) < PATH_MAX;
    free(found);
    if (fits) return 0;
    return error_set(error, "cannot find the templates of the plots; set PARTGRAD_PLOTS to scripts/plots");
}

/* In single quotes gnuplot expands nothing; only the quote itself must be doubled. */
void gnuplot_print_string(FILE *stream, const char *text)
{
    fputc('\'', stream);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', stream);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, stream);
    }
    fputc('\'', stream);
}

/* gnuplot reads the statements from stdin, since a command line has limited length. The caller frees; NULL if memory
 * runs out. */
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
