#pragma once

#include <array>
#include <fmt/format.h>
#include <string>

#include "impl/machine/system.h"
#include "props/draw/random.h"
#include "props/parallel/plan.h"

namespace cow::props::parallel {

/// The pages of the common process that all threads hit, in all ways, at once. Nobody knows what
/// they hold, but every byte says who wrote it where: a byte of another page, of a page that was
/// freed, or of another's child is a broken isolation.
template <class M>
class HitPages {
 public:
  HitPages(const Plan& plan, std::uint32_t t, std::uint64_t seed)
      : plan_(plan), t_(t), random_(seed) {}

  /// Empty, or what was wrong.
  std::string step(machine::System<M>& system) {
    const auto what = random_.below(100);
    if (what < 40) return write(system, Plan::common);
    if (what < 70) return read(system, Plan::common);
    if (what < 80) return map(system);
    if (what < 88) return cut(system);
    if (what < 92) return hint(system);
    return fork(system);
  }

 private:
  using Status = kernel::Status;

  /// One of a few pages at the start of a huge page each, so that threads meet.
  std::uint32_t draw_page() {
    return random_.below(3) * plan_.fan() + random_.below(std::min(plan_.fan(), 4U));
  }
  bool shared(std::uint32_t page) const { return page >= plan_.shared_pages_from(); }

  /// Child or not, the thread, and the page: never 0, nor what freed frames are filled with.
  std::uint8_t mark(std::uint32_t process, std::uint32_t page) const {
    const auto place = page / plan_.fan() * 4 + page % plan_.fan();
    return static_cast<std::uint8_t>((process == Plan::common ? 0 : 0x80) | t_ << 4 | (place + 1));
  }
  bool may_find(std::uint32_t process, std::uint32_t page, std::uint8_t byte) const {
    if (byte == 0) return true;
    const auto writer = static_cast<std::uint32_t>(byte >> 4 & 7);
    if ((byte & 0xf) != (mark(Plan::common, page) & 0xf) || writer >= plan_.threads) return false;
    if ((byte & 0x80) == 0 || shared(page)) return true;
    return process != Plan::common && writer == t_;
  }

  std::string answered(const char* what, Status status) const {
    const bool possible = status == Status::ok || status == Status::segfault ||
                          status == Status::occupied || status == Status::not_mapped ||
                          status == Status::no_memory;
    return possible
               ? std::string()
               : fmt::format("{} of the common process answers {}", what, static_cast<int>(status));
  }

  std::string write(machine::System<M>& system, std::uint32_t process) {
    const auto page = draw_page();
    std::array<std::uint8_t, 16> bytes;
    bytes.fill(mark(process, page));
    return answered("a write", system.write(process, t_, page * M::page_bytes, bytes));
  }
  std::string read(machine::System<M>& system, std::uint32_t process) {
    const auto page = draw_page();
    std::array<std::uint8_t, 16> bytes;
    const auto status = system.read(process, t_, page * M::page_bytes, bytes);
    if (status != Status::ok) return answered("a read", status);
    for (const auto byte : bytes) {
      if (may_find(process, page, byte)) continue;
      return fmt::format("P{} p{} shows {:#04x}, which nobody wrote there", process, page, byte);
    }
    return {};
  }
  std::string map(machine::System<M>& system) {
    const auto fan = plan_.fan(), part = random_.below(3);
    const bool whole = random_.one_in(2);
    const auto first = whole ? part * fan : draw_page();
    return answered("map", system.map(Plan::common, first, whole ? fan : 1,
                                      {kernel::Access::write, shared(first), true}));
  }
  std::string cut(machine::System<M>& system) {
    const auto page = draw_page();
    const auto count = random_.one_in(4) ? plan_.fan() - page % plan_.fan() : 1U;
    if (random_.one_in(4)) return answered("pageout", system.pageout(Plan::common, page, count));
    if (random_.one_in(2)) return answered("unmap", system.unmap(Plan::common, page, count));
    const auto access = random_.one_in(3) ? kernel::Access::read : kernel::Access::write;
    return answered("protect", system.protect(Plan::common, page, count, access));
  }
  /// The frames change under everybody's hands.
  std::string hint(machine::System<M>& system) {
    const auto page = draw_page(), fan = plan_.fan();
    const auto block = page - page % fan;
    switch (random_.below(7)) {
      case 0:
        return answered("split", system.split(Plan::common, page, 1));
      case 1:
        return answered("collapse", system.collapse(Plan::common, block, fan));
      case 2:
        return answered("migrate", system.migrate(Plan::common, block, fan));
      case 3:
        return answered("migrate", system.migrate(Plan::common, page, 1));
      case 4:
        return answered("merge", system.merge(Plan::common, block, fan));
      case 5:
        return answered("unmerge", system.unmerge(Plan::common, page, 1));
      default:
        return answered("compact", system.compact(Plan::common));
    }
  }
  std::string fork(machine::System<M>& system) {
    const auto child = plan_.child(t_);
    const auto status = system.fork(Plan::common, child);
    if (status != Status::ok) return answered("fork", status);
    std::string wrong;
    for (int i = 0; i < 8 && wrong.empty(); ++i) {
      const auto process = random_.one_in(3) ? Plan::common : child;
      wrong = random_.one_in(2) ? write(system, process) : read(system, process);
    }
    if (wrong.empty()) wrong = answered("exit", system.exit(child));
    return wrong;
  }

  Plan plan_;
  std::uint32_t t_;
  Random random_;
};

}  // namespace cow::props::parallel
