#pragma once

#include <string>
#include <vector>

namespace cow::props::xv6 {

/// Builds kernel/kernel and fs.img in the directory with its own Makefile, leaving make.log there.
/// Throws SubjectError with the first error.
void make(const std::string& directory);

/// Where the program lies in PATH; empty: nowhere.
std::string find_program(const std::string& name);

/// The first part of the cross compiler's names, as "riscv64-linux-gnu-"; empty: there is none.
std::string tool_prefix();

}  // namespace cow::props::xv6
