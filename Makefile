# partgrad - build, test, bench. `make help` lists what there is.
#
# Every .c file under the source folders is part of the program; tests/unit/test_*.c are part of the unit-test binary. Each of
# these variables builds in its own folder: SANITIZE=1 with AddressSanitizer and UndefinedBehaviorSanitizer; CC=clang with that
# compiler; AMX=0 without code for CPUs with AMX (network/kernels/amx), the default for compilers for other CPUs than x86-64;
# COVERAGE=1 counting executed lines; TILES=emulated with AMX's instructions in plain C (tests/support/tile_emulation.h). V=1
# shows the commands.

FOLDERS  := base datasets network losses strategies harness
PACKAGES := libarchive libisal libpng libjpeg libwebp libcurl libcrypto zlib yaml-0.1 libxxhash jansson openblas gsl
PREFIX   ?= /usr/local
SHARE     = $(PREFIX)/share/partgrad
BUILD    := build

COMPILER := $(shell $(CC) --version | head -n 1)
CFLAGS   ?= -O3 -g
WARNINGS := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
# Warnings are errors only in continuous integration, so that those of a newer compiler do not break a user's build.
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
ifeq ($(SANITIZE),1)
BUILD    := build/sanitize
CFLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Lines are counted, so functions are compiled once and not for each instruction set.
ifeq ($(COVERAGE),1)
BUILD    := build/coverage
CFLAGS   := -O1 -g --coverage -fprofile-update=atomic
CPPFLAGS += -DWITHOUT_ISA_CLONES -include tests/support/coverage.h
endif

ifneq ($(findstring clang,$(COMPILER)),)
BUILD    := $(BUILD)/clang
endif

AMX      ?= $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),1,0)
ifneq ($(AMX),1)
BUILD    := $(BUILD)/no-amx
endif

ifeq ($(TILES),emulated)
BUILD    := $(BUILD)/tiles
CPPFLAGS += -include tests/support/tile_emulation.h
endif

# Debian can have several flavors of OpenBLAS installed. The OpenMP flavor shares its threads with oneDNN, but the system's
# default may be another, so this one is looked up first, and the program records its folder. GSL would bring its own BLAS too.
PKG_CONFIG := PKG_CONFIG_PATH=/usr/lib/$(shell $(CC) -print-multiarch)/openblas-openmp/pkgconfig:$$PKG_CONFIG_PATH pkg-config
OPENBLAS   := $(shell $(PKG_CONFIG) --variable=libdir openblas 2>/dev/null)

# oneDNN and libcsv have no pkg-config file, so their headers are checked instead.
MISSING := $(shell command -v pkg-config >/dev/null || echo pkg-config; \
    for name in $(PACKAGES); do $(PKG_CONFIG) --exists $$name 2>/dev/null || echo $$name; done; \
    for name in dnnl csv; do printf '#include <stddef.h>\n\#include <%s.h>\n' $$name | $(CC) $(CPPFLAGS) -I. -E - >/dev/null 2>&1 || echo lib$$name; done)
ifneq ($(MISSING),)
ifneq ($(if $(MAKECMDGOALS),$(filter-out clean help dist uninstall print-build,$(MAKECMDGOALS)),all),)
$(error missing to build: $(MISSING). Run scripts/setup, or see docs/install.md for other systems)
endif
endif

# A tarball of `make dist` has a file COMMIT and no .git; git would find the repository of a folder around it.
RELEASE  := $(shell cat VERSION)
COMMIT   := $(shell [ -e .git ] && git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null || cat COMMIT 2>/dev/null || echo unknown)
VERSIONS := $(join $(addsuffix -,$(PACKAGES)),$(shell $(PKG_CONFIG) --modversion $(PACKAGES) 2>/dev/null))
ALL_CPP  := -I. -D_GNU_SOURCE $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
ALL_C    := -std=c11 -fopenmp -ffp-contract=off -fno-math-errno $(WARNINGS)
RPATH    := -Wl,-rpath,$(OPENBLAS)
LIBS     := $(filter-out -lgslcblas,$(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)) $(RPATH) -ldnnl -lcsv -lm -lpthread

# clang's code calls LLVM's OpenMP runtime; oneDNN and OpenBLAS call GNU's. LLVM's provides both interfaces, so a link with
# GNU's name leads to it, in a folder where the loader looks first: one runtime, and one pool of threads.
ifneq ($(findstring clang,$(COMPILER)),)
LIBS     += -Wl,--disable-new-dtags -Wl,-rpath,'$$ORIGIN/openmp' -Wl,-rpath,'$$ORIGIN/../lib/partgrad'
ONE_OPENMP = @mkdir -p $(BUILD)/openmp && \
    ln -sf "$$(ldd $@ | awk '/libomp\.so/ {print $$3; exit}')" $(BUILD)/openmp/libgomp.so.1
endif

MAIN     := harness/commands/main
VERSION  := harness/training/version
SOURCES  := $(filter-out $(MAIN).c,$(sort $(shell find $(FOLDERS) -name '*.c')))
TESTS    := $(wildcard tests/unit/test_*.c)
ifeq ($(AMX),1)
SOURCES  := $(filter-out network/kernels/amx_absent.c,$(SOURCES))
else
SOURCES  := $(filter-out network/kernels/amx/%,$(SOURCES))
TESTS    := $(filter-out tests/unit/test_tiles.c,$(TESTS))
endif
# Tests of code for AMX: if the CPU has AVX-512 with bf16 but no AMX, AMX is emulated.
TILED    := $(if $(shell [ $(AMX) = 1 ] && grep -sw avx512_bf16 /proc/cpuinfo | grep -vw amx_bf16),$(BUILD)/tiles/unit-tests)
ifeq ($(TILES),emulated)
SOURCES  := $(filter-out network/kernels/amx/tile.c,$(SOURCES)) tests/support/tile_emulation.c
TESTS    := $(wildcard $(patsubst %,tests/unit/test_%.c,tiles network models segment step*))
TILED    :=
endif
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)

QUIET    := $(if $(V),,@)

.DELETE_ON_ERROR:
.PHONY: all print-build tests test check-quick coverage demo tutorial bench install uninstall dist clean help check-layers

all: $(BUILD)/partgrad ## build the program (default)

$(BUILD)/partgrad: $(BUILD)/$(MAIN).o $(OBJECTS)
	@echo "link $@"
	$(QUIET)$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(LIBS)
	$(ONE_OPENMP)

$(BUILD)/unit-tests: $(TESTS:%.c=$(BUILD)/%.o) $(OBJECTS)
	@echo "link $@"
	$(QUIET)$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ -lcriterion -lmatio $(LIBS)
	$(ONE_OPENMP)

$(BUILD)/limit $(BUILD)/selection $(BUILD)/batch: $(BUILD)/%: $(BUILD)/scripts/%.o $(OBJECTS)
	@echo "link $@"
	$(QUIET)$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(LIBS)
	$(ONE_OPENMP)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "compile $<"
	$(QUIET)$(CC) $(ALL_CPP) $(CPPFLAGS) $(CFLAGS) $(ALL_C) -MMD -MP -c -o $@ $<

# Only one file includes the description of the build, and it is recompiled only if that changes.
$(BUILD)/$(VERSION).o: $(BUILD)/commit.h
$(BUILD)/$(VERSION).o: ALL_CPP += -I$(BUILD)

$(BUILD)/commit.h: .FORCE
	@mkdir -p $(@D)
	@printf '#define PARTGRAD_%s "%s"\n' RELEASE '$(RELEASE)' COMMIT '$(COMMIT)' COMPILER '$(COMPILER)' FLAGS '$(CFLAGS) $(ALL_C)' \
	    LIBRARIES '$(VERSIONS)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.FORCE:

ifneq ($(TILED),)
$(TILED): .FORCE
	@$(MAKE) --no-print-directory TILES=emulated $@
endif

tests: $(BUILD)/partgrad $(BUILD)/unit-tests $(BUILD)/limit $(BUILD)/selection $(BUILD)/batch $(TILED)

test: tests ## run all tests; SANITIZE=1 under sanitizers, WERROR=1 with warnings as errors
	@scripts/run-tests $(BUILD)

check-quick: tests ## run the quick tests, as before each commit
	@scripts/run-tests --quick $(BUILD)

coverage: ## run all tests and print the share of lines that they reach, by folder; fails under 95 %
	@$(MAKE) --no-print-directory COVERAGE=1 tests
	@scripts/coverage build/coverage

check-layers: ## check that includes lead down, as listed in scripts/layers, and form no circle
	@scripts/check-layers

demo: ## prepare the built-in data set, run a small grid, write its report
	@scripts/demo

tutorial: $(BUILD)/partgrad $(BUILD)/batch ## rebuild the tutorial's figures and the tables in README.md and docs/ from results/reference
	@scripts/tutorial/make $(BUILD)/partgrad

bench: $(BUILD)/partgrad $(BUILD)/limit ## time training steps against PyTorch and the kernels' limit, retrieval against FAISS
	@mkdir -p results/bench
	@scripts/bench $(BUILD)/partgrad | tee results/bench/bench.csv
	@/usr/bin/python3 scripts/peers/retrieval.py $(BUILD)/partgrad | tee results/bench/retrieval.csv

ZSH_FOLDER ?= share/zsh/site-functions

# What is installed: a folder under PREFIX, a colon, the files that go there.
INSTALLED := bin:$(BUILD)/partgrad share/partgrad/plots:scripts/plots/*.gp share/partgrad/report:scripts/report/* \
    share/partgrad/experiments:experiments/*.yaml \
    share/doc/partgrad:README.md share/doc/partgrad:CHANGELOG.md share/doc/partgrad:docs/*.md share/doc/partgrad/figures:docs/figures/*.png \
    share/man/man1:$(BUILD)/partgrad.1 share/bash-completion/completions:$(BUILD)/completion/partgrad \
    $(ZSH_FOLDER):$(BUILD)/completion/_partgrad share/fish/vendor_completions.d:$(BUILD)/completion/partgrad.fish

$(BUILD)/completion: $(BUILD)/partgrad
	@mkdir -p $@
	@$< completion bash > $@/partgrad && $< completion zsh > $@/_partgrad && $< completion fish > $@/partgrad.fish
	@touch $@

$(BUILD)/partgrad.1: docs/partgrad.1.in $(BUILD)/partgrad
	@$(BUILD)/partgrad manual > $@.commands && sed '/^\.SH COMMANDS$$/r $@.commands' $< > $@ && rm $@.commands

install: $(BUILD)/partgrad $(BUILD)/completion $(BUILD)/partgrad.1 ## install under PREFIX (/usr/local); DESTDIR is honored
	@set -e; for row in $(INSTALLED); do \
	    install -d "$(DESTDIR)$(PREFIX)/$${row%%:*}"; \
	    case $$row in bin:*) mode=755;; *) mode=644;; esac; \
	    install -m $$mode $${row#*:} "$(DESTDIR)$(PREFIX)/$${row%%:*}"; \
	done
	$(if $(ONE_OPENMP),install -d $(DESTDIR)$(PREFIX)/lib/partgrad && cp -P $(BUILD)/openmp/libgomp.so.1 $(DESTDIR)$(PREFIX)/lib/partgrad)

uninstall: ## remove what install put under PREFIX
	@for row in $(INSTALLED); do for file in $${row#*:}; do rm -f "$(DESTDIR)$(PREFIX)/$${row%%:*}/$$(basename $$file)"; done; done
	@rm -rf "$(DESTDIR)$(PREFIX)/lib/partgrad"
	@rmdir -p "$(DESTDIR)$(SHARE)/plots" "$(DESTDIR)$(SHARE)/report" "$(DESTDIR)$(SHARE)/experiments" "$(DESTDIR)$(PREFIX)/share/doc/partgrad/figures" 2>/dev/null || true

dist: ## make a tarball of the last commit that builds without git: build/partgrad-VERSION.tar.gz
	@mkdir -p $(BUILD)
	@printf '%s\n' "$$(git describe --always --abbrev=12 --exclude '*')" > $(BUILD)/COMMIT
	@git archive --format=tar.gz --prefix=partgrad-$(RELEASE)/ --add-file=$(BUILD)/COMMIT \
	    -o $(BUILD)/partgrad-$(RELEASE).tar.gz HEAD
	@echo "$(BUILD)/partgrad-$(RELEASE).tar.gz"

# Prints the folder of a build with these variables.
print-build:
	@echo $(BUILD)

clean: ## remove what was built
	rm -rf build

help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

include tests/fuzz/fuzz.mk

-include $(patsubst %.o,%.d,$(OBJECTS) $(TESTS:%.c=$(BUILD)/%.o) $(BUILD)/$(MAIN).d $(BUILD)/scripts/limit.d $(BUILD)/scripts/selection.d $(BUILD)/scripts/batch.d)
