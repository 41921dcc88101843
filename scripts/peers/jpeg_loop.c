/* jpeg_loop.c - the least time that reading JPEG files can take: one thread, one file after another, libjpeg-turbo's
 * defaults, pixels discarded. Reads paths, one per line, from standard input; prints images and seconds. For
 * scripts/bench-prepare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jpeglib.h>

enum { PATH_SIZE = 4096 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void decode(const char *path, unsigned char **rows, size_t *capacity)
{
    struct jpeg_decompress_struct decompress;
    struct jpeg_error_mgr handler;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    decompress.err = jpeg_std_error(&handler);
    jpeg_create_decompress(&decompress);
    jpeg_stdio_src(&decompress, file);
    jpeg_read_header(&decompress, TRUE);
    decompress.out_color_space = JCS_RGB;
    jpeg_start_decompress(&decompress);
    size_t stride = 3 * (size_t)decompress.output_width;
    if (stride * decompress.output_height > *capacity) {
        *capacity = stride * decompress.output_height;
        *rows = realloc(*rows, *capacity);
    }
    while (decompress.output_scanline < decompress.output_height) {
        JSAMPROW row = *rows + decompress.output_scanline * stride;
        jpeg_read_scanlines(&decompress, &row, 1);
    }
    jpeg_finish_decompress(&decompress);
    jpeg_destroy_decompress(&decompress);
    fclose(file);
}

int main(void)
{
    char path[PATH_SIZE];
    unsigned char *rows = NULL;
    size_t capacity = 0;
    int count = 0;
    double start = seconds();
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        decode(path, &rows, &capacity);
        count++;
    }
    printf("%d %.3f\n", count, seconds() - start);
    free(rows);
    return 0;
}
