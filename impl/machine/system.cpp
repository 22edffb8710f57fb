#include "impl/machine/system.h"

namespace cow {

COW_KERNEL(template, machine::ByteMachine<machine::Tiny>);
COW_KERNEL(template, machine::ByteMachine<machine::X86_64>);

}  // namespace cow
