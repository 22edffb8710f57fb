#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cow::props::xv6 {

/// How much memory the kernel gets. Little is soon counted, but some want more: for a pool of huge
/// pages, or since they write where the tree's own 128 MiB still are. Of all those nothing is
/// counted.
enum class Memory : std::uint8_t { least, ample, its_own };

/// A kernel that was built from a copy of somebody's tree, with the agent as its first program.
struct Image {
  std::string tree;                    ///< whose
  std::string directory;               ///< the copy: kernel/kernel, fs.img, make.log
  std::vector<std::string> emulation;  ///< arguments of QEMU that this tree needs
  std::uint64_t memory = 0;            ///< bytes, where PHYSTOP was found and made small; else 0
  std::uint32_t beyond = 0;            ///< MiB of memory that QEMU has beside, behind PHYSTOP
  Memory size = Memory::least;         ///< the same, as it was asked for
  std::string broken;                  ///< why no first process can be forked; empty: it can

  bool operator==(const Image&) const = default;
};

/// Builds the xv6-riscv tree at `tree`, whatever its course year: copies it (build products left
/// out), puts the agent in the place of user/init.c, and calls its Makefile with a cross compiler.
/// The tree itself is only read. What was built stays in the user's cache, by contents, so that a
/// tree that has not changed is not built again. Throws SubjectError: no such tree, a tool is
/// missing, it does not build (with the first error and where the whole log is).
Image build(const std::string& tree, Memory size = Memory::least);

/// Why no tree can be built and run here, or empty: names what is missing and its packages.
std::string missing_tools();

}  // namespace cow::props::xv6
