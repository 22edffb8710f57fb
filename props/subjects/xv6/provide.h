#pragma once

namespace cow::props::xv6 {

/// Makes the subject "xv6:DIR" known to the registry, and "xv6" for the tree that the environment's
/// COWCHECK_XV6_TREE names. The program and the tests call it once.
void provide();

}  // namespace cow::props::xv6
