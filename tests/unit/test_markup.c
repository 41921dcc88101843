/* test_markup.c - no text becomes markup of its own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/page/markup.h"

/* What a markup makes of one paragraph, one row and one listing; the caller frees. */
static char *marked(const struct markup *markup, const char *text)
{
    static const struct markup_column column = {"title"};
    static const struct markup_table table = {.columns = &column, .count = 1};
    char *result = NULL;
    size_t size;
    FILE *stream = open_memstream(&result, &size);
    markup->paragraph(stream, text);
    markup->table_row(stream, &table, &text, NULL);
    markup->listing(stream, text);
    fclose(stream);
    return result;
}

Test(markup, lets_no_text_become_html)
{
    char *html = marked(&markup_html, "<script>alert(\"1 & 2\")</script>");
    cr_assert_null(strstr(html, "<script>"));
    cr_assert_not_null(strstr(html, "<p>&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;</p>"), "%s", html);
    free(html);
}

Test(markup, lets_no_text_end_a_cell_of_markdown)
{
    char *markdown = marked(&markup_markdown, "a|b\nc_d &lt;");
    cr_assert_not_null(strstr(markdown, "| a\\|b c\\_d \\&lt; |\n"), "%s", markdown);
    cr_assert_not_null(strstr(markdown, "    a|b\n    c_d &lt;\n"), "%s", markdown);
    free(markdown);
}
