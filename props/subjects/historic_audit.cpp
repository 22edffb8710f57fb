#include <algorithm>
#include <fmt/format.h>

#include "props/subjects/historic_subject.h"

// What must hold inside any of them, whatever its algorithm: the laws that no answer shows.

namespace cow::props {

bool HistoricAdapter::is_counted(std::uint32_t frame) const {
  const auto first = system_->first_frame();
  return frame >= first && frame - first < world_.frames;
}

void HistoricAdapter::look_again() {
  std::ranges::fill(holders_, 0U);
  std::ranges::fill(mappers_, 0U);
  system_->counts(counts_);
  system_->holders(holders_);
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    for (std::uint32_t page = 0; page < world_.pages; ++page) {
      auto& at = views_[p * world_.pages + page];
      at = system_->look(p, page);
      if (at.present && is_counted(at.frame)) ++mappers_[at.frame - system_->first_frame()];
    }
  }
}

bool HistoricAdapter::audit() {
  findings_.clear();
  look_again();
  audit_counts();
  audit_writers();
  audit_tlbs();
  return findings_.empty();
}

void HistoricAdapter::audit_counts() {
  const bool exact = system_->counts_holders();
  for (std::uint32_t i = 0; i < world_.frames; ++i) {
    const auto frame = i + system_->first_frame();
    const auto count = counts_[i], holders = holders_[i];
    if (count == holders || (!exact && count > 0 && holders > 0)) continue;
    if (count == 0) {
      find(Law::no_dangling, fmt::format("frame {} is free and still has {} holder{}", frame,
                                         holders, holders == 1 ? "" : "s"));
    } else if (exact) {
      find(Law::exact_count, fmt::format("frame {} counts {} and has {}", frame, count, holders));
    } else {
      find(Law::no_leak, fmt::format("frame {} is in use and nobody has it", frame));
    }
  }
}

/// Below the counted frames lies task 0's memory, where nothing is counted: there who maps a
/// writable page is looked for.
void HistoricAdapter::audit_writers() {
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    for (std::uint32_t page = 0; page < world_.pages; ++page) {
      const auto& at = view(p, page);
      if (!at.present || !at.writable) continue;
      auto mappers = is_counted(at.frame) ? mappers_[at.frame - system_->first_frame()] : 0;
      if (mappers == 0) {
        mappers = static_cast<std::uint32_t>(std::ranges::count_if(
            views_, [&](const View& v) { return v.present && v.frame == at.frame; }));
      }
      if (mappers < 2) continue;
      find(Law::sole_writer, fmt::format("P{} p{} may write frame {}, which has {} holders", p,
                                         page, at.frame, mappers));
    }
  }
}

void HistoricAdapter::audit_tlbs() {
  const auto& tlbs = system_->tlbs();
  for (std::size_t cpu = 0; cpu < tlbs.size(); ++cpu) {
    for (const auto& t : tlbs[cpu].entries()) {
      const auto& at = view(t.process, t.page);
      if (at.present && at.frame == t.frame && (at.writable || !t.writable)) continue;
      find(Law::tlb_coherent,
           fmt::format("CPU {} caches P{} p{} -> frame {} r{}, the table says {}", cpu, t.process,
                       t.page, t.frame, t.writable ? "w" : "-",
                       at.present ? fmt::format("frame {} r{}", at.frame, at.writable ? "w" : "-")
                                  : "nothing"));
    }
  }
}

std::string HistoricAdapter::describe_page(std::uint32_t process, std::uint32_t page) const {
  const auto& at = view(process, page);
  if (!at.mapped && !at.present) return {};
  const auto right = model::name(static_cast<model::Access>(at.right));
  if (!at.present) return fmt::format("    p{:<4} {:<5} not touched yet\n", page, right);
  auto text = fmt::format("    p{:<4} {:<5} entry {:08x}  r{} {}frame {}", page, right, at.entry,
                          at.writable ? "w" : "-", at.huge ? "huge, " : "", at.frame);
  if (!is_counted(at.frame)) return text + ", not counted\n";
  const auto i = at.frame - system_->first_frame();
  return text + fmt::format(", counts {}, has {}\n", counts_[i], holders_[i]);
}

std::string HistoricAdapter::describe() const {
  std::string text;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (!system_->alive(p)) continue;
    text += fmt::format("  P{}\n", p);
    for (std::uint32_t page = 0; page < world_.pages; ++page) text += describe_page(p, page);
  }
  const auto& tlbs = system_->tlbs();
  for (std::size_t cpu = 0; cpu < tlbs.size(); ++cpu) {
    for (const auto& t : tlbs[cpu].entries()) {
      text += fmt::format("  CPU {} caches P{} p{} -> frame {} r{}\n", cpu, t.process, t.page,
                          t.frame, t.writable ? "w" : "-");
    }
  }
  return text +
         fmt::format("  {} of {} frames free\n", std::ranges::count(counts_, 0U), world_.frames);
}

}  // namespace cow::props
