# SPDX-License-Identifier: GPL-2.0
# starlsm - the verbs of a developer; each is one call of a script

LAB := tests/e2e/lab
CASES ?=
FUZZ_SECONDS ?= 300
SOAK_SECONDS ?= 1800
QUIET_SECONDS ?= 3600
TYPE ?= pvh
BENCH ?= native
FLAVOUR ?= safe
VMS ?=

help:
	@echo 'make demo          the whole story on two emulated Xen hosts'
	@echo 'make demo-one      the short one, on one: nothing moves'
	@echo 'make check         every test: unit, KUnit, end to end'
	@echo 'make check-unit    dom0 programs, in user space with sanitizers'
	@echo 'make check-report  how a report of an incident looks, in Chromium'
	@echo 'make check-kunit   the LSM, in a User Mode Linux'
	@echo 'make check-e2e     cases on an emulated Xen host [CASES="a b"]'
	@echo 'make check-long    what takes longer: fuzzers, the long cases, those'
	@echo '                   of the sensor on a kernel with KASAN, lockdep and'
	@echo "                   kmemleak: a soak, the kernel's own tests"
	@echo '                   [CASES="a b"] [SOAK_SECONDS=1800] [QUIET_SECONDS=3600]'
	@echo '                   [FUZZ_SECONDS=300];'
	@echo '                   the disk image in VMs'
	@echo 'make check-image   the latter only [VMS="kvm nitro"]'
	@echo 'make attack SRC=DIR   what is seen of a module that is not ours'
	@echo "                   [TYPE=pv|pvh] [MAKEARGS='X=Y'] [RUN='command']"
	@echo 'make quiet         honest guests that are busy: nothing is found'
	@echo '                   [SECONDS=3600]'
	@echo 'make bench         what it costs: tables and plots in build/bench'
	@echo '                   [BENCH="native guest moves vmi blanket"],'
	@echo '                   see docs/performance.md'
	@echo 'make lint          style and static checks'
	@echo 'make dom0          build the dom0 programs into build/dom0'
	@echo 'make kernel        build the guest kernel of the lab'
	@echo 'make xen           build the Xen that runs in a VM of another Xen'
	@echo '                   [FLAVOUR=safe|shadow], see docs/blanket.md'
	@echo 'make image         a disk image with that Xen and StarLSM, for a rented VM'
	@echo 'make lab           a shell in an emulated dom0'
	@echo 'make clean         drop build/ (what is slow to build is kept in'
	@echo '                   $${XDG_CACHE_HOME:-~/.cache}/starlsm)'

demo:
	@$(LAB)/packages lab
	@tests/e2e/demo two

demo-one:
	@$(LAB)/packages lab
	@tests/e2e/demo one

check:
	@tests/check unit report kunit e2e

check-unit:
	@$(LAB)/packages unit
	@$(MAKE) -s -C tests/unit check

check-report:
	@$(LAB)/packages report
	@tests/report/run

check-kunit:
	@$(LAB)/packages kunit
	@$(LAB)/uml-kernel

check-e2e:
	@$(LAB)/packages lab
	@$(LAB)/e2e-run $(CASES)

check-long:
	@tests/check fuzz e2e-long e2e-debug image

check-fuzz:
	@$(LAB)/packages fuzz
	@$(MAKE) -s -C tests/fuzz check SECONDS=$(FUZZ_SECONDS)

check-e2e-long:
	@$(LAB)/packages long
	@LAB_LONG=1 QUIET_SECONDS=$(QUIET_SECONDS) $(LAB)/e2e-run $(CASES)

check-e2e-debug:
	@$(LAB)/packages long
	@LAB_KERNEL=debug LAB_LONG=1 SOAK_SECONDS=$(SOAK_SECONDS) $(LAB)/e2e-run $(CASES)

check-image:
	@$(LAB)/packages check-image
	@tests/image/run $(VMS)

attack:
	@$(LAB)/packages lab
	@SRC='$(SRC)' TYPE='$(TYPE)' MAKEARGS='$(MAKEARGS)' RUN='$(RUN)' tests/e2e/attack

quiet:
	@$(LAB)/packages lab
	@QUIET_SECONDS=$(or $(SECONDS),3600) $(LAB)/e2e-run quiet

bench:
	@$(LAB)/packages bench
	@tests/bench/run $(BENCH)

lint:
	@$(LAB)/packages lint
	@tests/lint/run

dom0:
	@$(LAB)/packages build
	@$(MAKE) -s -C dom0

kernel:
	@$(LAB)/packages kernel
	@$(LAB)/kernel

xen:
	@$(LAB)/packages xen
	@$(LAB)/xen $(FLAVOUR)

image:
	@$(LAB)/packages image
	@image/make

lab:
	@$(LAB)/packages lab
	@$(LAB)/shell

clean:
	@rm -rf build

.PHONY: help demo demo-one check check-unit check-report check-kunit check-e2e \
	check-long attack quiet check-fuzz check-e2e-long check-e2e-debug check-image bench \
	lint dom0 kernel xen image lab clean
