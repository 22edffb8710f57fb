#include "props/subjects/historic.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "impl/linux011/linux011.h"
#include "impl/sketches/counted.h"
#include "impl/sketches/directory.h"
#include "impl/sketches/full_copy.h"
#include "impl/sketches/marked.h"
#include "impl/xv6/xv6.h"
#include "props/lockstep/lockstep.h"
#include "props/subjects/historic_flaws.h"
#include "props/subjects/historic_subject.h"
#include "props/subjects/registry.h"

namespace cow::props {

namespace {

template <class S>
std::unique_ptr<historic::System> build(historic::Sizes sizes, std::uint32_t flaws) {
  return std::make_unique<S>(sizes, flaws);
}

/// The 386's entries have 4 bytes, so that twice as many fit into a page.
std::unique_ptr<historic::System> build_linux011(historic::Sizes sizes, std::uint32_t flaws) {
  sizes.fan = sizes.page_bytes / 4;
  return std::make_unique<linux011::Linux011>(sizes, flaws);
}

/// A function, since the flaws of each lie in other files.
const std::array<Historic, 7>& systems() {
  static const std::array<Historic, 7> all = {{
      {"linux-0.11", "Linux 0.11 of 1991: mem_map, copy_page_tables, un_wp_page, write_verify",
       linux011_flaws, build_linux011},
      {"xv6-cow", "xv6 with the labs cow and lazy: Sv39, a software bit, a count for each page",
       xv6_flaws, build<xv6::Xv6>},
      {"xv6-cow-rsw", "the same, counting in the two reserved bits of the entries", rsw_flaws,
       build<xv6::Xv6Rsw>},
      {"sketch-a", "textbook: fork copies every page", full_copy_flaws, build<sketches::FullCopy>},
      {"sketch-b", "textbook: fork marks entries, a fault always copies, nobody counts",
       marked_flaws, build<sketches::Marked>},
      {"sketch-c", "textbook: copy_pte_range, do_wp_page, do_huge_pmd_wp_page", counted_flaws,
       build<sketches::Counted>},
      {"sketch-d", "textbook: fork copies the top directory, faults fill in tables",
       directory_flaws, build<sketches::Directory>},
  }};
  return all;
}

constexpr std::string_view repaired = "-repaired";

std::uint32_t as_written(const Historic& system) {
  std::uint32_t flaws = 0;
  for (const auto& flaw : system.flaws) flaws |= flaw.written ? flaw.bit : 0;
  return flaws;
}

std::string abilities_of(const Historic& system) {
  const auto can = system.build({16, 4, 8, 1, 1, 8, false}, 0)->abilities();
  std::string text = can.ends_only ? "map and unmap at the end" : "map, unmap";
  if (can.read_only) text += ", read-only pages";
  if (can.huge) text += ", huge pages";
  text += ", read, write";
  if (can.kernel_reach) text += ", kernel-read, kernel-write";
  return text + ", fork, exec, exit";
}

}  // namespace

std::span<const Historic> historic_systems() { return systems(); }

HistoricSubject find_historic(std::string_view name) {
  for (const auto& system : systems()) {
    if (!name.starts_with(system.name)) continue;
    const auto rest = name.substr(system.name.size());
    if (rest.empty()) return {&system, as_written(system)};
    if (rest == repaired) return {&system, 0};
    for (const auto& flaw : system.flaws) {
      if (rest.front() == ':' && rest.substr(1) == flaw.name) return {&system, flaw.bit};
    }
  }
  return {};
}

std::vector<SubjectInfo> list_historic() {
  std::vector<SubjectInfo> all;
  for (const auto& system : systems()) {
    all.push_back(
        {std::string(system.name), fmt::format("{} (can {})", system.what, abilities_of(system))});
    all.push_back({fmt::format("{}{}", system.name, repaired),
                   fmt::format("{} with all its flaws repaired", system.name)});
    for (const auto& flaw : system.flaws) {
      all.push_back({fmt::format("{}:{}", system.name, flaw.name),
                     fmt::format("repaired, but: {} ({})", flaw.what, flaw.source)});
    }
  }
  return all;
}

std::unique_ptr<Session> open_historic(const HistoricSubject& subject, const model::World& world) {
  const historic::Sizes sizes{model::page_bytes(world.geometry),
                              model::huge_pages(world.geometry),
                              world.pages,
                              world.procs,
                              world.cpus,
                              world.frames,
                              world.huge_cow == model::HugeCow::copy};
  return std::make_unique<Lockstep<HistoricAdapter>>(world, world,
                                                     subject.system->build(sizes, subject.flaws));
}

}  // namespace cow::props
