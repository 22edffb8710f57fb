#pragma once

#include <cstdint>
#include <string>

/// What Linux answers when it is tried, on a page of this process that is given back. Each answers
/// why the thing cannot be done, in words; empty: it can.
namespace cow::props::live {

std::string try_pins();
/// O_DIRECT requests that stay in flight until they are answered.
std::string try_direct();
std::string try_disk();
std::string try_force_write();
std::string try_free();
/// Guards that pagemap shows, too.
std::string try_guards();
/// Write protection with these features (impl/linux/control.h).
std::string try_userfaultfd(std::uint64_t features);

}  // namespace cow::props::live
