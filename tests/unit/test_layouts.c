/* test_layouts.c - archives as people have them: packed anew with other folders, unpacked, from a Mac or Windows. */
#include "tests/support/cub_fixture.h"
#include "tests/support/dataset_fixture.h"

/* What small_cub() is packed as, wherever its members are. */
static void assert_small_cub(struct try *try)
{
    struct pack pack = try_pack(try);
    cr_assert_eq(pack.count, 4);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){2, 0, 1, 0}), 4 * sizeof(int32_t));
    cr_assert_str_eq(pack_class_name(&pack, 0), "001.Albatross");
    assert_pixel(&pack, 2, 8, 8, 10, 20, 30);
    assert_pixel(&pack, 3, 8, 8, 90, 80, 70);
    pack_release(&pack);
}

static void run(const char *format, const char *a, const char *b)
{
    char command[4096];
    int length = snprintf(command, sizeof command, format, a, b);
    snprintf(command + length, sizeof command - (size_t)length, " 2>/dev/null");
    cr_assert_eq(system(command), 0, "%s", command);
}

Test(layouts, cub_is_found_below_any_folder)
{
    static const char *const roots[] = {"", "./", "birds", "extra/CUB_200_2011", "CUB_200_2011/CUB_200_2011"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        for (int format = 0; format < 3; format++) {
            struct try try;
            try_init(&try, &dataset_cub);
            struct cub cub = small_cub();
            cub.root = roots[i];
            write_cub(try_archive(&try, "birds"), &cub, (enum fixture_format)format);
            assert_small_cub(&try);
            try_release(&try);
        }
}

/* Names of folders in UTF-8 and in Latin-1, with and without a mark that says so. */
Test(layouts, cub_is_found_below_folders_with_names_in_any_encoding)
{
    static const char *const names[] = {"V\xc3\xb6gel", "V\xf6gel", "\xe9\xb3\xa5"}, *const formats[] = {"gnu", "pax"};
    for (int i = 0; i < 6; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        char *inner = file_join(try.folder, "%s", "inner.tar");
        write_cub(inner, &cub, FIXTURE_TAR);
        run("cd %s && tar xf inner.tar && mv CUB_200_2011 '%s'", try.folder, names[i / 2]);
        char *folder = file_join(try.folder, "%s", names[i / 2]);
        run("cd '%s' && cd .. && tar --format=%s -cf birds.tar --exclude=*.tar */ ", folder, formats[i % 2]);
        run("rm -r '%s' '%s'", folder, inner);
        free(folder);
        free(inner);
        try_archive(&try, "birds.tar");
        assert_small_cub(&try);
        try_release(&try);
    }
}

Test(layouts, the_first_folder_with_all_lists_is_taken)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    struct archive *archive = fixture_archive(try_archive(&try, "birds.tgz"), FIXTURE_TGZ);
    fixture_add_text(archive, "old/images.txt", "nonsense");
    fixture_add_text(archive, "old/classes.txt", "nonsense");
    fixture_close(archive);
    try_fails(&try, "birds.tgz has no member old/image_class_labels.txt");
    char *folder = file_join(try.folder, "%s", "tree"), *inner = file_join(folder, "%s", "birds.tgz");
    run("mkdir -p %s && cd %s", folder, folder);
    run("cd %s && mkdir old && cp /dev/null old/images.txt && cp /dev/null old/classes.txt", folder, "");
    write_cub(inner, &cub, FIXTURE_TGZ);
    run("cd %s && tar xzf birds.tgz && rm birds.tgz && tar czf ../birds.tgz old CUB_200_2011", folder, "");
    assert_small_cub(&try);
    free(folder);
    free(inner);
    try_release(&try);
}

Test(layouts, an_unpacked_folder_serves_as_its_archive)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    char *tree = file_join(try.folder, "%s", "tree"), *archive = file_join(try.folder, "%s", "birds.tgz");
    write_cub(archive, &cub, FIXTURE_TGZ);
    run("mkdir %s%s", tree, "");
    run("tar -C %s -xzf %s", tree, archive);
    free(archive);
    try_archive(&try, "tree/CUB_200_2011/");
    assert_small_cub(&try);
    struct pack pack;
    cr_assert_eq(pack_open(&pack, try.pack, 0, &try.error), 0);
    cr_assert_not_null(strstr(pack.provenance, "folder: CUB_200_2011\n"), "%s", pack.provenance);
    pack_release(&pack);
    free((char *)try.archives.path[0]);
    try.archives.path[0] = strdup(tree); /* the folder above; a link in it leads round in a circle */
    run("ln -s . %s/loop && ln -s nowhere %s/none", tree, tree);
    assert_small_cub(&try);
    run("rm %s/CUB_200_2011/images/100.Tern/c.jpg && rm -f %s.pack", tree, tree);
    unlink(try.pack);
    try_fails(&try, "tree has no member tree/CUB_200_2011/images/100.Tern/c.jpg");
    free(tree);
    try_release(&try);
}

/* Lists as other editors save them. */
static void write_lists(struct try *try, const char *mark, const char *end)
{
    struct cub cub = small_cub();
    char *lists[CUB_LISTS];
    for (int i = 0; i < CUB_LISTS; i++) {
        char *at = lists[i] = malloc(1024);
        at += sprintf(at, "%s", mark);
        for (const char *c = cub.lists[i]; *c; c++) at += sprintf(at, *c == '\n' ? "%s" : "%.1s", *c == '\n' ? end : c);
        cub.lists[i] = lists[i];
    }
    write_cub(try->archives.path[0], &cub, FIXTURE_TGZ);
    for (int i = 0; i < CUB_LISTS; i++) free(lists[i]);
}

Test(layouts, lists_may_come_from_any_editor)
{
    static const char *const marks[] = {"", "\xef\xbb\xbf"}, *const ends[] = {"\n", "\r\n", "\r", " \t\r\n"};
    for (int i = 0; i < 8; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        try_archive(&try, "birds.tgz");
        write_lists(&try, marks[i % 2], ends[i / 2]);
        assert_small_cub(&try);
        try_release(&try);
    }
}

Test(layouts, lists_count_lines_that_end_with_two_bytes_once)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    cub.lists[CUB_LABELS] = "\xef\xbb\xbf"
                            "1 1\r\n\r\n1 1\r\n";
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    try_fails(&try, "image_class_labels.txt line 3: image 1 is listed twice");
    try_release(&try);
}

Test(layouts, lists_in_utf_16_are_told)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct archive *archive = fixture_archive(try_archive(&try, "birds.tgz"), FIXTURE_TGZ);
    fixture_add(archive, "CUB_200_2011/images.txt",
                "\xff\xfe"
                "1\0 \0a\0",
                8, NULL);
    fixture_close(archive);
    try_fails(&try, "member CUB_200_2011/images.txt is UTF-16; save it again as UTF-8");
    try_release(&try);
}

/* A member that nobody asked for, of any kind and name, is not in the way. */
Test(layouts, members_that_are_not_needed_spoil_nothing)
{
    static const struct {
        const char *name;
        unsigned type;
        const char *link, *hardlink;
    } cases[] = {{"CUB_200_2011/\xc3\x9c"
                  "bersicht.txt",
                  AE_IFREG, NULL, NULL},
                 {"\xe6\x97\xa5\xe6\x9c\xac/\xff", AE_IFREG, NULL, NULL},
                 {"CUB_200_2011/._images.txt", AE_IFREG, NULL, NULL},
                 {"__MACOSX/CUB_200_2011/images.txt", AE_IFREG, NULL, NULL},
                 {"CUB_200_2011/images/._001.Albatross", AE_IFREG, NULL, NULL},
                 {"CUB_200_2011/list.txt", AE_IFLNK, "images.txt", NULL},
                 {"CUB_200_2011/away.txt", AE_IFLNK, "/etc/passwd", NULL},
                 {"CUB_200_2011/zz.txt", AE_IFREG, NULL, "CUB_200_2011/README"},
                 {"CUB_200_2011/pipe", AE_IFIFO, NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        char *rest = file_join(try.folder, "%s", "rest.tar");
        write_cub(rest, &cub, FIXTURE_TAR);
        struct archive *archive = fixture_archive(try_archive(&try, "first.tar"), FIXTURE_TAR);
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, cases[i].name);
        archive_entry_set_filetype(entry, cases[i].type);
        archive_entry_set_perm(entry, 0644);
        if (cases[i].link) archive_entry_set_symlink(entry, cases[i].link);
        if (cases[i].hardlink) archive_entry_set_hardlink(entry, cases[i].hardlink);
        cr_assert_geq(archive_write_header(archive, entry), ARCHIVE_WARN, "%s", archive_error_string(archive));
        archive_entry_free(entry);
        fixture_close(archive);
        run("tar -Af %s %s", try.archives.path[0], rest);
        free(rest);
        assert_small_cub(&try);
        try_release(&try);
    }
}

Test(layouts, a_list_may_be_a_link_to_another_member)
{
    for (int hard = 0; hard < 2; hard++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        char *inner = file_join(try.folder, "%s", "inner.tar");
        write_cub(inner, &cub, FIXTURE_TAR);
        run("cd %s && tar xf %s", try.folder, inner);
        run(hard ? "cd %s/CUB_200_2011 && ln images.txt a.txt && cd .. && "
                   "tar cf birds.tar CUB_200_2011/a.txt CUB_200_2011 %s"
                 : "cd %s/CUB_200_2011 && mkdir lists && mv images.txt lists/a.txt && ln -s lists/../lists/./a.txt "
                   "images.txt && cd .. && tar cf birds.tar CUB_200_2011 %s",
            try.folder, "");
        free(inner);
        run("rm -r %s/CUB_200_2011 %s/inner.tar", try.folder, try.folder);
        try_archive(&try, "birds.tar");
        assert_small_cub(&try);
        try_release(&try);
    }
}

/* Packs small_cub() anew after a command in the folder of its images; gives the archive. */
static void repack_cub(struct try *try, const char *command)
{
    struct cub cub = small_cub();
    char *inner = file_join(try->folder, "%s", "inner.tar");
    write_cub(inner, &cub, FIXTURE_TAR);
    run("cd %s && tar xf %s", try->folder, inner);
    run("cd %s/CUB_200_2011/images && %s && cd ../.. && tar cf birds.tar CUB_200_2011", try->folder, command);
    run("rm -r %s/CUB_200_2011 %s", try->folder, inner);
    free(inner);
    try_archive(try, "birds.tar");
}

Test(layouts, images_may_be_links_to_others)
{
    static const char *const commands[] = {
        "ln -f 001.Albatross/d.jpg 001.Albatross/a.jpg && ln -f 001.Albatross/d.jpg 101.Pelican/b.jpg",
        "ln -sf d.jpg 001.Albatross/a.jpg && ln -sf ../001.Albatross/d.jpg 101.Pelican/b.jpg",
        ("mkdir ../x && mv 001.Albatross/d.jpg ../x/1 && ln -s ../../x/1 001.Albatross/d.jpg && "
         "ln -f ../x/1 001.Albatross/a.jpg && ln -f ../x/1 101.Pelican/b.jpg")};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        repack_cub(&try, commands[i]);
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, 4);
        for (int image = 0; image < 4; image++)
            if (image == 2)
                assert_pixel(&pack, image, 8, 8, 10, 20, 30);
            else
                assert_pixel(&pack, image, 8, 8, 90, 80, 70);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(layouts, images_that_are_links_to_nothing_are_refused)
{
    static const struct {
        const char *command, *part;
    } cases[] = {{"ln -sf nowhere.jpg 001.Albatross/a.jpg",
                  "a.jpg is a link to CUB_200_2011/images/001.Albatross/nowhere.jpg, "
                  "which is no file in it"},
                 {"ln -sf a.jpg 001.Albatross/a.jpg", "a.jpg is a link"},
                 {"ln -sf /etc/passwd 001.Albatross/a.jpg", "a.jpg is a link that leads out of it"},
                 {"ln -sf ../../../../../a.jpg 001.Albatross/a.jpg", "a.jpg is a link that leads out of it"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        repack_cub(&try, cases[i].command);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}
