/* answer_data.c - what the figures are of: how much of the runs has ended, and whether the data are the official sets.
 */
#include "harness/reports/answer_topics.h"

int answer_add_data(struct answering *answering)
{
    const struct results *results = answering->results;
    int pending = 0, failed = results->failed.count;
    for (int r = 0; r < results->run_count; r++) pending += results->runs[r].pending;
    if (results->ok.count == 0)
        return answer_add_text(answering, ANSWER_DATA, "No cell has ended well, so nothing is known yet.");
    if (pending == 0 && failed == 0) return 0;
    return answer_add_text(answering, ANSWER_DATA,
                           "Preliminary: %d cell%s pending, %d failed; what follows is of the %d that ended well.",
                           pending, pending == 1 ? " is" : "s are", failed, results->ok.count);
}
