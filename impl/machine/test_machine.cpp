#include "impl/machine/test_machine.h"

namespace cow {

COW_KERNEL(template, machine::TestMachine<machine::Tiny>);
COW_KERNEL(template, machine::TestMachine<machine::X86_64>);

}  // namespace cow
