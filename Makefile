# partgrad - build, test, bench. `make help` lists what there is.
#
# Every .c file under the source folders is part of the program; tests/test_*.c are part of the one test binary.
# SANITIZE=1 builds with AddressSanitizer and UndefinedBehaviorSanitizer in a build folder of its own.

FOLDERS  := base datasets network losses strategies harness
PACKAGES := libarchive libpng libjpeg matio zimg yaml-0.1 libxxhash jansson openblas
PREFIX   ?= /usr/local
BUILD    := build

CFLAGS   ?= -O3 -g
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
ifeq ($(SANITIZE),1)
BUILD    := build/sanitize
CFLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

COMMIT   := $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null || echo unknown)
CPPFLAGS += -I. -D_GNU_SOURCE $(shell pkg-config --cflags $(PACKAGES))
ALL_C    := -std=c11 -fopenmp -ffp-contract=off $(WARNINGS)
LIBS     := $(shell pkg-config --libs $(PACKAGES)) -ldnnl -lcsv -lm -lpthread

SOURCES  := $(filter-out harness/main.c,$(wildcard $(addsuffix /*.c,$(FOLDERS))))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
TESTS    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/test_*.c))

.DELETE_ON_ERROR:
.PHONY: all test demo bench install clean help check-layers

all: $(BUILD)/partgrad ## build the program (default)

$(BUILD)/partgrad: $(BUILD)/harness/main.o $(OBJECTS)
	$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/unit: $(TESTS) $(OBJECTS)
	$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ -lcriterion $(LIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(ALL_C) -MMD -MP -c -o $@ $<

# The commit is told to one file alone, and only when it changes.
$(BUILD)/harness/version.o: $(BUILD)/commit.h
$(BUILD)/harness/version.o: CPPFLAGS += -I$(BUILD)

$(BUILD)/commit.h: .FORCE
	@mkdir -p $(@D)
	@echo '#define PARTGRAD_COMMIT "$(COMMIT)"' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.FORCE:

-include $(patsubst %.o,%.d,$(OBJECTS) $(TESTS) $(BUILD)/harness/main.d)
