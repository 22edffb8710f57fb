#include "props/explore/scope.h"

#include <algorithm>
#include <iterator>

#include "props/explore/alphabet.h"
#include "props/explore/file_scopes.h"
#include "props/explore/fork_scopes.h"
#include "props/explore/frame_scopes.h"
#include "props/explore/hugetlb_scopes.h"
#include "props/explore/merge_scopes.h"
#include "props/explore/mixed_scopes.h"
#include "props/explore/pin_scopes.h"
#include "props/explore/swap_scopes.h"
#include "props/explore/tlb_scopes.h"

namespace cow::props::explore {

namespace {

using model::Access;
using model::HugeCow;
using model::Sharing;
using model::World;

World small_world(std::uint32_t procs, std::uint32_t cpus, std::uint32_t frames,
                  HugeCow huge_cow = HugeCow::split) {
  return {model::Geometry::tiny, huge_cow, procs, cpus, 8, frames};
}

World forking(World world, model::Fork fork) {
  world.fork = fork;
  return world;
}

/// 4 KiB pages and nothing else; the world that SPIN is compared on.
std::vector<model::Op> small_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 0, 1).map(p, 1, 1);
    ops.reads(p, 0, 2).writes(p, 0, 2);
    ops.forks(p, 3);
    ops.unmap(p, 0, 1).unmap(p, 1, 1);
    for (const auto access : {Access::read, Access::write}) {
      ops.protect(p, 0, 1, access).protect(p, 1, 1, access);
    }
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Shared and private pages side by side.
std::vector<model::Op> shared_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 0, 1, Access::write, Sharing::shared).map(p, 0, 2, Access::write, Sharing::shared);
    ops.map(p, 1, 1);
    ops.reads(p, 0, 2).writes(p, 0, 2);
    ops.forks(p, 3);
    ops.unmap(p, 0, 1).unmap(p, 1, 1);
    ops.protect(p, 0, 1, Access::read).protect(p, 0, 1, Access::write);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Ranges of several pages, across the border between two page tables, and accesses across pages.
std::vector<model::Op> ranges_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 2, 3).map(p, 3, 2, Access::read).map(p, 2, 1);
    ops.read(p, 2, 15, 18).read(p, 3, 15, 2).write(p, 2, 15, 2).write(p, 3, 15, 2);
    ops.writes(p, 4, 5);
    ops.forks(p, 2);
    ops.unmap(p, 3, 1).unmap(p, 2, 3);
    for (const auto access : {Access::none, Access::read, Access::write}) {
      ops.protect(p, 3, 2, access);
    }
    ops.protect(p, 2, 2, Access::write);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// One huge page, whole and in parts.
std::vector<model::Op> huge_ops(std::uint8_t procs) {
  Alphabet ops;
  for (std::uint8_t p = 0; p < procs; ++p) {
    ops.map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.map(p, 3, 1);
    ops.reads(p, 0, 1).writes(p, 0, 1).writes(p, 3, 4);
    ops.forks(p, procs);
    ops.unmap(p, 3, 1).unmap(p, 0, 4);
    ops.protect(p, 0, 4, Access::read).protect(p, 0, 4, Access::write);
    ops.protect(p, 3, 1, Access::read);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Accesses from two CPUs to one address space, small pages and huge ones.
std::vector<model::Op> cpus_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 1, 1).map(p, 0, 4, Access::write, Sharing::private_, true);
    for (std::uint8_t cpu = 0; cpu < 2; ++cpu) ops.reads(p, 0, 2, cpu).writes(p, 0, 2, cpu);
    ops.forks(p, 2);
    ops.unmap(p, 0, 1).unmap(p, 0, 4);
    ops.protect(p, 0, 1, Access::read).protect(p, 0, 1, Access::write);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Memory that is lent and comes back, while others have translations of it; children that are
/// waited for.
std::vector<model::Op> vfork_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 0, 1).reads(p, 0, 1).writes(p, 0, 1).forks(p, 3);
    for (std::uint8_t q = 0; q < 3; ++q) ops.wait(p, q).vfork(p, q);
    ops.failing(1, 1);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// The same with a page that the lender, or the borrower, has pinned.
std::vector<model::Op> vfork_pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 0, 1).writes(p, 0, 1).devices(p, 0, 1).fork(p, (p + 1) % 3);
    ops.vfork(p, (p + 1) % 3).exec(p).exit(p);
  }
  return ops.take();
}

/// Too little memory, and each of the first allocations of an operation failing in turn.
std::vector<model::Op> oom_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.map(p, 1, 1, Access::write, Sharing::shared).failing(1, 1);
    ops.reads(p, 0, 1).failing(1, 2);
    ops.writes(p, 0, 2).failing(1, 1);
    for (std::uint8_t q = 0; q < 3; ++q) {
      if (q != p) ops.fork(p, q).failing(1, 3);
    }
    ops.unmap(p, 0, 1).failing(1, 1);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Pages that move, and what a child is to find of them.
std::vector<model::Op> moves_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 2, Access::write, Sharing::shared);
    ops.map(p, 4, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 2).writes(p, 0, 3).writes(p, 4, 5);
    ops.remap(p, 0, 1, 2).remap(p, 2, 1, 1).remap(p, 4, 4, 0).remap(p, 0, 2, 1).remap(p, 5, 1, 0);
    ops.dontneed(p, 0, 1).dontneed(p, 4, 4).dontneed(p, 5, 1);
    ops.advise(p, 0, 1, model::Advice::wipeonfork).advise(p, 4, 1, model::Advice::dontfork);
    ops.forks(p, 2).exit(p);
  }
  return ops.take();
}

/// The kernel's own accesses, forced ones too, to pages that are shared, read-only or huge.
std::vector<model::Op> kernel_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 1, 1, Access::write, Sharing::shared);
    ops.map(p, 0, 1, Access::read).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 1).reaches(p, 0).reaches(p, 1);
    ops.protect(p, 0, 2, Access::read).protect(p, 0, 1, Access::none);
    ops.protect(p, 0, 1, Access::write);
    ops.forks(p, 2).unmap(p, 0, 1).exit(p);
  }
  return ops.take();
}

World pool_world(std::uint32_t frames, std::uint32_t pool) {
  auto world = small_world(2, 1, frames);
  world.pool = pool;
  return world;
}

model::World zero_world(std::uint32_t frames) {
  auto world = small_world(2, 1, frames);
  world.zero_page = model::ZeroPage::page;
  return world;
}

std::vector<Scope> make_scopes() {
  constexpr auto on_demand = model::Fork::on_demand;
  return {
      {"small", "4 KiB pages only", small_world(3, 1, 20), 0, 2, 5, small_ops()},
      {"shared", "shared and private pages", small_world(3, 1, 32), 0, 2, 5, shared_ops()},
      {"ranges", "ranges across page tables", small_world(2, 1, 24), 2, 5, 5, ranges_ops()},
      {"huge", "a huge page, split when written", small_world(3, 1, 32), 0, 4, 5, huge_ops(3)},
      {"huge-copy", "a huge page, copied when written", small_world(2, 1, 24, HugeCow::copy), 0, 4,
       5, huge_ops(2)},
      {"cpus", "two CPUs on one address space", small_world(2, 2, 24), 0, 4, 5, cpus_ops()},
      {"oom", "out of memory", small_world(3, 1, 12), 0, 4, 5, oom_ops()},
      {"pins", "a device's pins across forks", small_world(2, 1, 24), 0, 2, 4, pins_ops()},
      {"huge-pins", "pins of part of a huge page", small_world(2, 1, 24), 0, 4, 4, huge_pins_ops()},
      {"kernel", "the kernel's own accesses, forced ones too", small_world(2, 1, 32), 0, 4, 4,
       kernel_ops()},
      {"moves", "pages that move, are dropped, or not inherited", small_world(2, 1, 32), 0, 8, 3,
       moves_ops()},
      {"collapse", "small pages that become huge, and small again", small_world(2, 1, 24), 0, 4, 4,
       collapse_ops()},
      {"collapse-pins", "the same under a device's pins", small_world(2, 1, 24), 0, 4, 4,
       collapse_pins_ops()},
      {"migrate", "pages that go to other frames", small_world(2, 1, 40), 0, 8, 4, migrate_ops()},
      {"compact", "frames that move together", small_world(2, 1, 40), 0, 8, 5, compact_ops()},
      {"merge", "pages with the same bytes that share a frame", small_world(2, 1, 24), 0, 4, 4,
       merge_ops()},
      {"merge-zero", "the same with the zero page", zero_world(24), 0, 2, 4, merge_zero_ops()},
      {"swap-pins", "pinned pages that are to go to swap", small_world(2, 1, 20), 0, 1, 5,
       swap_pins_ops()},
      {"on-demand", "page tables that processes share", forking(small_world(3, 1, 40), on_demand),
       0, 8, 4, on_demand_ops()},
      {"on-demand-pins", "the same under a device's pins, and advised",
       forking(small_world(2, 1, 32), on_demand), 0, 4, 4, on_demand_pins_ops()},
      {"on-demand-oom", "the same, out of memory", forking(small_world(2, 1, 16), on_demand), 0, 4,
       4, oom_ops()},
      {"eager", "forks that copy all pages", forking(small_world(2, 1, 32), model::Fork::eager), 0,
       4, 4, eager_ops()},
      {"narrow", "counts of two bits, which three fill", narrow_world(28), 0, 1, 5, narrow_ops()},
      {"narrow-shared", "the same, shared", narrow_world(32), 0, 2, 4, narrow_shared_ops()},
      {"narrow-huge", "the same, huge or in swap", narrow_world(40), 0, 4, 5, narrow_huge_ops()},
      {"cpu-pools", "free frames that CPUs keep", cpu_pool_world(12), 0, 2, 5, pools_ops()},
      {"asids", "translations of few identifiers", asid_world(3, 2, 32), 0, 4, 5, asid_ops(3)},
      {"one-asid", "the same, by one", asid_world(2, 1, 24), 0, 4, 5, asid_ops(2)},
      {"nodes", "memory that is near and far", nodes_world(20), 0, 8, 5, nodes_ops()},
      {"batched", "flushes in batches", batched_world(24), 0, 4, 5, batched_ops()},
      {"swap", "pages that go to swap and come back", small_world(2, 1, 20), 0, 4, 5, swap_ops()},
      {"zswap", "pages that go to swap compressed", zswap_world(20), 0, 4, 5, zswap_ops()},
      {"given-up", "pages given up, and dropped", small_world(2, 1, 24), 0, 4, 5, given_up_ops()},
      {"write-protected", "pages of which the process wants to know of writes",
       small_world(2, 1, 24), 0, 4, 4, write_protected_ops()},
      {"guards", "pages that no access comes through", small_world(2, 1, 24), 0, 4, 4, guard_ops()},
      {"not-written", "pages of which the process asks what was written", small_world(2, 1, 24), 0,
       4, 4, clear_refs_ops()},
      {"file", "a page of a file, private and shared", small_world(2, 1, 24), 0, 2, 4, file_ops()},
      {"file-access", "the same, for devices, the kernel and debuggers", small_world(2, 1, 24), 0,
       2, 4, file_access_ops()},
      {"file-moves", "pages of a file that move", small_world(2, 1, 40), 0, 8, 4, file_moves_ops()},
      {"hugetlb", "huge pages of a pool that runs dry", pool_world(24, 1), 0, 4, 5, hugetlb_ops()},
      {"hugetlb-file", "the same of a file, and pinned", pool_world(32, 3), 0, 8, 4,
       hugetlb_file_ops()},
      {"zero", "the zero page, and the huge one", zero_world(40), 0, 4, 4, zero_ops()},
      {"mixed", "everything that a small page knows", small_world(2, 1, 24), 0, 2, 4, mixed_ops()},
      {"mixed-zero", "the same with the zero page", zero_world(24), 0, 2, 4, mixed_ops()},
      {"mixed-demand", "the same where tables are shared",
       forking(small_world(2, 1, 24), on_demand), 0, 4, 3, mixed_ops()},
      {"mixed-huge", "everything that a huge page knows", small_world(2, 1, 40), 0, 8, 4,
       mixed_huge_ops()},
      {"mixed-huge-copy", "the same, copied when written", small_world(2, 1, 40, HugeCow::copy), 0,
       8, 4, mixed_huge_ops()},
  };
}

/// Of processes that lend each other memory.
std::vector<Scope> loan_scopes() {
  return {
      {"vfork", "memory that a child borrows", small_world(3, 1, 24), 0, 1, 6, vfork_ops()},
      {"vfork-pins", "the same under devices' pins, where tables are shared",
       forking(small_world(3, 1, 32), model::Fork::on_demand), 0, 1, 5, vfork_pins_ops()},
  };
}

}  // namespace

std::span<const Scope> scopes() {
  static const std::vector<Scope> all = [] {
    auto made = make_scopes();
    std::ranges::move(loan_scopes(), std::back_inserter(made));
    return made;
  }();
  return all;
}

const Scope* find_scope(std::string_view name) {
  const auto all = scopes();
  const auto at = std::ranges::find(all, name, &Scope::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cow::props::explore
