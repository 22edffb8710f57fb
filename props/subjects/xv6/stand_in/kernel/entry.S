# QEMU jumps here, in machine mode.
.globl _entry
_entry:
        la sp, stack_end
        call main
spin:   j spin

.bss
.balign 16
        .skip 16384
stack_end:
