#pragma once

#include <span>

#include "props/museum/museum.h"

/// The rows of each family; a family is a header of mutants and a file of their rows.
namespace cow::props::museum {

std::span<const Exhibit> accounts();
std::span<const Exhibit> batches();
std::span<const Exhibit> collapse();
std::span<const Exhibit> counts();
std::span<const Exhibit> errors();
std::span<const Exhibit> faults();
std::span<const Exhibit> files();
std::span<const Exhibit> forks();
std::span<const Exhibit> given_up();
std::span<const Exhibit> guards();
std::span<const Exhibit> hugetlb();
std::span<const Exhibit> identifiers();
std::span<const Exhibit> loans();
std::span<const Exhibit> merge();
std::span<const Exhibit> migrate();
std::span<const Exhibit> moves();
std::span<const Exhibit> nodes();
std::span<const Exhibit> permissions();
std::span<const Exhibit> pins();
std::span<const Exhibit> pools();
std::span<const Exhibit> ranges();
std::span<const Exhibit> reaches();
std::span<const Exhibit> soft_dirty();
std::span<const Exhibit> swap();
std::span<const Exhibit> tables();
std::span<const Exhibit> translations();
std::span<const Exhibit> uffd();
std::span<const Exhibit> zswap();

}  // namespace cow::props::museum
