#pragma once

#include <span>

#include "props/subjects/historic.h"

/// The flaws of each system, in the order in which README.md tells them.
namespace cow::props {

extern const std::span<const Flaw> linux011_flaws, xv6_flaws, rsw_flaws, full_copy_flaws,
    marked_flaws, counted_flaws, directory_flaws;

}  // namespace cow::props
