# fuzz.mk - the fuzz targets, one file of tests/fuzz/ each; the Makefile includes this. See tests/fuzz/README.md.
#
# Everything is built by clang under AddressSanitizer and UndefinedBehaviorSanitizer, without OpenMP, so that a run depends
# on its input alone.

FUZZ_SECONDS ?= 300
FUZZ_TARGETS ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BUILD   := build/fuzz
FUZZ_CC      ?= clang
FUZZ_SANITIZE := address,undefined
FUZZ_CPP      = $(ALL_CPP) -DWITHOUT_ISA_CLONES -idirafter $(FUZZ_BUILD)/include
FUZZ_C       := -std=c11 -O1 -g -ffp-contract=off -fno-math-errno -fno-omit-frame-pointer -Wall -Wextra -Wno-missing-field-initializers -Werror \
                -Wno-unknown-pragmas -fno-sanitize-recover=all
FUZZ_OBJECTS := $(SOURCES:%.c=$(FUZZ_BUILD)/%.o)

.PHONY: fuzz fuzz-targets fuzz-seeds

fuzz: fuzz-targets ## fuzz what reads files, FUZZ_SECONDS=300 each of FUZZ_TARGETS (needs clang)
	@tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-seeds: fuzz-targets ## run the fuzz targets once over their committed inputs
	@tests/fuzz/run $(FUZZ_BUILD) 0 $(FUZZ_TARGETS)

fuzz-targets: $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%)

$(FUZZ_BUILD)/fuzz_%: $(FUZZ_BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_BUILD)/partgrad.a
	@echo "link $@"
	$(QUIET)$(FUZZ_CC) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $^ $(LIBS) -lgomp

# Of an archive each target takes what it needs.
$(FUZZ_BUILD)/partgrad.a: $(FUZZ_OBJECTS)
	@rm -f $@
	$(QUIET)ar rcs $@ $^

# The one of GCC's own headers that clang may lack.
$(FUZZ_BUILD)/include/omp.h:
	@mkdir -p $(@D)
	$(QUIET)ln -sf "$$(gcc -print-file-name=include/omp.h)" $@

$(FUZZ_BUILD)/%.o: %.c Makefile tests/fuzz/fuzz.mk | $(FUZZ_BUILD)/include/omp.h
	@mkdir -p $(@D)
	@echo "compile $< for fuzzing"
	$(QUIET)$(FUZZ_CC) $(FUZZ_CPP) $(FUZZ_C) -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -MMD -MP -c -o $@ $<

$(FUZZ_BUILD)/$(VERSION).o: $(BUILD)/commit.h
$(FUZZ_BUILD)/$(VERSION).o: ALL_CPP += -I$(BUILD)

.PRECIOUS: $(FUZZ_BUILD)/tests/fuzz/%.o
-include $(FUZZ_OBJECTS:%.o=%.d) $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/tests/fuzz/fuzz_%.d)
