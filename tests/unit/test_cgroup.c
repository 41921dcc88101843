/* test_cgroup.c - limits of control groups are found in both versions, in groups above, and behind host paths. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/cgroup.h"
#include "tests/support/fixture.h"

enum { FILES = 6 };

/* A machine: the process's groups, and files under /sys/fs/cgroup as "NAME=TEXT". */
struct machine {
    const char *what, *groups, *files[FILES];
    double cores;
    size_t bytes, free;
};

static const struct machine machines[] = {
    {"no groups at all", "", {NULL}, INFINITY, SIZE_MAX, SIZE_MAX},
    {"version 2",
     "0::/a\n",
     {"a/cpu.max=150000 100000", "a/memory.max=5000", "a/memory.current=4000",
      "a/memory.stat=anon 100\ninactive_file 700"},
     1.5,
     5000,
     1700},
    {"version 2 without limits",
     "0::/a\n",
     {"a/cpu.max=max 100000", "a/memory.max=max", "a/memory.current=4000"},
     INFINITY,
     SIZE_MAX,
     SIZE_MAX},
    {"a limit above",
     "0::/a/b/c\n",
     {"a/b/c/cpu.max=max 100000", "a/b/cpu.max=400000 100000", "a/cpu.max=200000 100000", "a/b/memory.max=7000",
      "a/memory.max=9000"},
     2,
     7000,
     SIZE_MAX},
    {"the host's path in a container",
     "0::/system.slice/docker-a.scope\n",
     {"cpu.max=100000 100000", "memory.max=500"},
     1,
     500,
     SIZE_MAX},
    {"a group outside of the name space",
     "0::/../../other\n",
     {"cpu.max=100000 100000", "memory.max=500"},
     1,
     500,
     SIZE_MAX},
    {"version 1",
     "4:memory:/docker/a\n2:name=systemd:/x\n1:cpu,cpuacct:/docker/a\n",
     {"cpu,cpuacct/docker/a/cpu.cfs_quota_us=300000", "cpu,cpuacct/docker/a/cpu.cfs_period_us=100000",
      "memory/docker/a/memory.limit_in_bytes=6000", "memory/docker/a/memory.usage_in_bytes=9000"},
     3,
     6000,
     0},
    {"version 1 without limits",
     "4:memory:/\n1:cpuacct,cpu:/\n",
     {"cpu/cpu.cfs_quota_us=-1", "cpu/cpu.cfs_period_us=100000", "memory/memory.limit_in_bytes=9223372036854771712"},
     INFINITY,
     SIZE_MAX,
     SIZE_MAX},
    {"both versions",
     "4:memory:/a\n0::/a\n",
     {"memory/a/memory.limit_in_bytes=6000", "unified/a/cpu.max=50000 100000"},
     0.5,
     6000,
     SIZE_MAX},
};

static void write_text(const char *root, const char *name, const char *text)
{
    struct error error;
    char *path = file_join(root, "%s", name), *folder = file_folder(path);
    cr_assert_eq(file_make_folder(folder, &error), 0, "%s", error.message);
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0, "%s", error.message);
    free(folder);
    free(path);
}

Test(cgroup, finds_the_smallest_limit)
{
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        const struct machine *machine = &machines[m];
        char *root = fixture_folder();
        write_text(root, "proc/self/cgroup", machine->groups);
        for (int f = 0; f < FILES && machine->files[f]; f++) {
            char name[128];
            const char *equals = strchr(machine->files[f], '=');
            snprintf(name, sizeof name, "sys/fs/cgroup/%.*s", (int)(equals - machine->files[f]), machine->files[f]);
            write_text(root, name, equals + 1);
        }
        cr_expect_eq(cgroup_cores(root), machine->cores, "%s: %g cores", machine->what, cgroup_cores(root));
        cr_expect_eq(cgroup_memory_bytes(root), machine->bytes, "%s: %zu bytes", machine->what,
                     cgroup_memory_bytes(root));
        cr_expect_eq(cgroup_free_bytes(root), machine->free, "%s: %zu free", machine->what, cgroup_free_bytes(root));
        fixture_remove(root);
    }
}

Test(cgroup, knows_which_part_of_the_hierarchy_is_mounted)
{
    char *root = fixture_folder();
    write_text(root, "proc/self/cgroup", "0::/docker/a/inner\n");
    write_text(root, "proc/self/mountinfo", "30 20 0:26 /docker/a /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
    write_text(root, "sys/fs/cgroup/inner/cpu.max", "200000 100000");
    write_text(root, "sys/fs/cgroup/cpu.max", "400000 100000");
    cr_assert_eq(cgroup_cores(root), 2);
    fixture_remove(root);
}
