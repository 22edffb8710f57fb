#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "model/simple_family.h"
#include "model/simple_page.h"
#include "model/status.h"

// A second model for the tests of the reference, built differently: maps of pages, and memory that
// really is shared. It decides byte by byte.

namespace cow::model {

class SimpleModel {
 public:
  explicit SimpleModel(const World& world) : world_(world) { spaces_[0]; }

  Status perform(const Op& op) {
    if (!spaces_.contains(op.proc)) return Status::no_process;
    if (family_.waits(op.proc)) return Status::busy;
    switch (op.kind) {
      case Kind::map:
        return map(op);
      case Kind::unmap:
        return unmap(op);
      case Kind::remap:
        return remap(op);
      case Kind::compact:
      case Kind::swapoff:
        return Status::ok;
      case Kind::read:
      case Kind::write:
      case Kind::kernel_read:
      case Kind::kernel_write:
      case Kind::force_write:
        return access(op);
      case Kind::pin:
      case Kind::unpin:
      case Kind::device_read:
      case Kind::device_write:
        return device(op);
      case Kind::fork:
      case Kind::vfork:
      case Kind::wait:
        return family(op);
      case Kind::exec:
      case Kind::exit:
        family_.leave(spaces_, op.proc);
        pins_[op.proc] = {};
        if (op.kind == Kind::exec) break;
        spaces_.erase(op.proc);
        family_.died(op.proc);
        break;
      default:
        return change(op);
    }
    return Status::ok;
  }

  const SimplePin& pin(std::uint32_t proc, std::uint32_t pin) { return pins_[proc][pin]; }
  bool pinned(const SimplePage& page) const {
    for (const auto& [proc, held] : pins_) {
      for (const SimplePin& pin : held) {
        if (pin.bytes == page.bytes) return true;
      }
    }
    return false;
  }

  bool alive(std::uint32_t proc) const { return spaces_.contains(proc); }
  bool waits(std::uint32_t proc) const { return family_.waits(proc); }
  std::size_t living() const { return spaces_.size(); }
  const SimplePage* page(std::uint32_t proc, std::uint32_t page) const {
    const auto space = spaces_.find(proc);
    if (space == spaces_.end()) return nullptr;
    const auto found = space->second.find(page);
    return found == space->second.end() ? nullptr : &found->second;
  }

 private:
  bool bad_range(const Op& op) const {
    return op.count == 0 || std::uint64_t{op.page} + op.count > world_.pages;
  }

  Status map(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    if (op.file && std::uint64_t{op.to} + op.count > world_.pages) return Status::bad_range;
    Space after = spaces_[op.proc];
    for (std::uint32_t p = op.page; p < op.page + op.count; ++p) {
      SimplePage page;
      page.access = op.access;
      page.shared = op.sharing == Sharing::shared;
      page.bytes = std::make_shared<Written>();
      if (op.hugetlb) page.unit = fan();
      const std::uint64_t number = op.to + (p - op.page);
      if (op.file) page.bytes = page.file = file_page(op.hugetlb ? number + pool_file : number);
      if (!after.emplace(p, page).second) return Status::occupied;
    }
    if (op.hugetlb && (world_.pool == 0 || op.page % fan() + op.count % fan() != 0 ||
                       (op.file && op.to % fan() != 0))) {
      return Status::invalid;
    }
    spaces_[op.proc] = after;
    return Status::ok;
  }

  std::uint32_t fan() const { return huge_pages(world_.geometry); }

  /// Does it lie in the range with all of its huge page, or not at all?
  bool keeps_whole(const Op& op) {
    for (const auto& [number, page] : spaces_[op.proc]) {
      std::uint32_t inside = 0;
      for (auto p = number - number % page.unit; p < number - number % page.unit + page.unit; ++p) {
        inside += p >= op.page && p < op.page + op.count ? 1U : 0U;
      }
      if (inside != 0 && inside != page.unit) return false;
    }
    return true;
  }

  Status unmap(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    if (!keeps_whole(op)) return Status::invalid;
    std::erase_if(spaces_[op.proc], [&](const auto& entry) {
      return entry.first >= op.page && entry.first < op.page + op.count;
    });
    return Status::ok;
  }

  Status remap(const Op& op) {
    if (bad_range(op) || std::uint64_t{op.to} + op.count > world_.pages) return Status::bad_range;
    if (std::max(op.page, op.to) - std::min(op.page, op.to) < op.count) return Status::bad_range;
    const Space before = spaces_[op.proc];
    Space after = before;
    for (std::uint32_t i = 0; i < op.count; ++i) {
      if (!before.contains(op.page + i)) return Status::not_mapped;
    }
    bool moves_askew = false;
    for (std::uint32_t i = 0; i < op.count; ++i) {
      if (!after.emplace(op.to + i, before.at(op.page + i)).second) return Status::occupied;
      moves_askew |=
          (op.to + i) % before.at(op.page + i).unit != (op.page + i) % before.at(op.page + i).unit;
      after.at(op.to + i).wp = false;
      after.erase(op.page + i);
    }
    if (moves_askew || !keeps_whole(op)) return Status::invalid;
    spaces_[op.proc] = after;
    return Status::ok;
  }

  /// What changes pages one by one.
  Status change(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    Space after = spaces_[op.proc];
    bool shared = false;
    for (std::uint32_t p = op.page; p < op.page + op.count; ++p) {
      if (!after.contains(p)) return Status::not_mapped;
      SimplePage& page = after[p];
      shared = shared || page.shared || page.file || page.unit > 1;
      if (op.kind == Kind::protect) page.access = op.access;
      if (op.kind == Kind::wp) page.wp = !page.guard;
      if (op.kind == Kind::guard) page.guard = true;
      if (op.kind == Kind::unguard) page.guard = false;
      if (op.kind == Kind::clear_refs) page.clean = true;
      if (op.kind == Kind::unwp) page.wp = false;
      if (drops(op.kind) && !page.shared) {
        page.bytes = page.file ? page.file : std::make_shared<Written>();
        page.wp = page.clean = false;
      }
      if (op.kind != Kind::advise) continue;
      if (op.advice == Advice::dontfork) page.dontfork = true;
      if (op.advice == Advice::dofork) page.dontfork = false;
      if (op.advice == Advice::wipeonfork) page.wipeonfork = true;
      if (op.advice == Advice::keeponfork) page.wipeonfork = false;
    }
    const bool wipes = op.kind == Kind::advise && op.advice == Advice::wipeonfork;
    if ((wipes || anonymous_only(op.kind)) && shared) return Status::invalid;
    const bool changes = op.kind == Kind::protect || op.kind == Kind::dontneed ||
                         op.kind == Kind::advise || op.kind == Kind::clear_refs;
    if (changes && !keeps_whole(op)) return Status::invalid;
    spaces_[op.proc] = after;
    return Status::ok;
  }

  Status device(const Op& op) {
    if (op.kind == Kind::pin) return take_pin(op);
    if (op.pin >= max_pins || !pins_[op.proc][op.pin].bytes) return Status::no_pin;
    SimplePin& pin = pins_[op.proc][op.pin];
    if (op.kind == Kind::unpin) {
      pin = {};
      return Status::ok;
    }
    const std::uint64_t end = std::uint64_t{op.offset} + op.length;
    if (op.length == 0 || end > page_bytes(world_.geometry)) return Status::bad_range;
    if (op.kind == Kind::device_read) return Status::ok;
    if (pin.access != Access::write) return Status::segfault;
    for (std::uint32_t i = 0; i < op.length; ++i) {
      (*pin.bytes)[op.offset + i] = static_cast<std::uint8_t>(op.value + i);
    }
    for (auto& [proc, space] : spaces_) {
      for (auto& [number, page] : space) page.clean = page.clean && page.bytes != pin.bytes;
    }
    return Status::ok;
  }

  Status take_pin(const Op& op) {
    if (op.pin >= max_pins || op.page >= world_.pages) return Status::bad_range;
    if (op.cpu >= world_.cpus) return Status::bad_range;
    if (op.access == Access::none) return Status::bad_range;
    SimplePin& pin = pins_[op.proc][op.pin];
    if (pin.bytes) return Status::busy;
    const auto found = spaces_[op.proc].find(op.page);
    if (found == spaces_[op.proc].end() || found->second.guard) return Status::segfault;
    const Access allowed = found->second.access;
    if (allowed == Access::none || (op.access == Access::write && allowed != Access::write)) {
      return Status::segfault;
    }
    if (op.access == Access::write && found->second.wp) return Status::trapped;
    make_own(spaces_[op.proc], op.page);
    pin = {op.access, found->second.bytes};
    return Status::ok;
  }

  Status access(const Op& op) {
    const std::uint64_t size = page_bytes(world_.geometry);
    const std::uint64_t begin = op.page * size + op.offset;
    const std::uint64_t end = begin + op.length;
    if (op.length == 0 || op.cpu >= world_.cpus || end > world_.pages * size) {
      return Status::bad_range;
    }
    Space& space = spaces_[op.proc];
    for (std::uint64_t byte = begin; byte < end; ++byte) {
      const auto page = space.find(byte / size);
      if (page == space.end() || page->second.guard) return Status::segfault;
      const bool forced =
          op.kind == Kind::force_write && page->second.unit == 1 && !page->second.shared;
      if (forced && page->second.wp) return Status::trapped;
      if (forced) continue;
      const bool reads = op.kind == Kind::read || op.kind == Kind::kernel_read;
      if (page->second.access == Access::none) return Status::segfault;
      if (!reads && page->second.access != Access::write) return Status::segfault;
      if (!reads && page->second.wp) return Status::trapped;
    }
    if (op.kind == Kind::read || op.kind == Kind::kernel_read) return Status::ok;
    // All pages are its own before the first byte: one of them may show the file that another is.
    for (std::uint64_t byte = begin; byte < end; ++byte) make_own(space, byte / size);
    for (std::uint64_t byte = begin; byte < end; ++byte) {
      const auto value = static_cast<std::uint8_t>(op.value + (byte - begin));
      (*space[byte / size].bytes)[static_cast<std::uint32_t>(byte % size)] = value;
      space[byte / size].clean = false;
    }
    return Status::ok;
  }

  Status family(const Op& op) {
    if (op.child >= world_.procs) return Status::bad_range;
    if (op.kind == Kind::wait) return family_.wait(op, alive(op.child));
    if (alive(op.child)) return Status::busy;
    family_.born(op);
    Space& parents = spaces_[op.proc];
    const bool lends = op.kind == Kind::vfork;
    spaces_[op.child] = lends ? std::exchange(parents, Space()) : copy_for_child(parents);
    return Status::ok;
  }

  /// A huge page of the pool becomes the process's own as one.
  static void make_own(Space& space, std::uint64_t number) {
    const auto unit = space[number].unit;
    for (auto p = number - number % unit; p < number - number % unit + unit; ++p) {
      SimplePage& page = space[p];
      if (!page.shared && shows_file(page)) page.bytes = std::make_shared<Written>(*page.file);
    }
  }
  std::shared_ptr<Written> file_page(std::uint64_t number) {
    auto& page = file_[number];
    if (!page) page = std::make_shared<Written>();
    return page;
  }

  World world_;
  SimpleFamily family_;
  std::map<std::uint64_t, std::shared_ptr<Written>> file_;
  std::map<std::uint32_t, Space> spaces_;  ///< of the living
  std::map<std::uint32_t, std::array<SimplePin, max_pins>> pins_;
};

}  // namespace cow::model
