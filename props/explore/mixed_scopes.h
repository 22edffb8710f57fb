#pragma once

#include <vector>

#include "model/op.h"

/// Scopes in which everything meets: bugs that take two features, on one page or one huge page.
/// The other scopes go deeper with one feature each.
namespace cow::props::explore {

/// Every kind of operation that a small page knows, on the first of two pages.
std::vector<model::Op> mixed_ops();

/// Every kind of operation that a huge page knows, on all of one and on a part of it.
std::vector<model::Op> mixed_huge_ops();

}  // namespace cow::props::explore
