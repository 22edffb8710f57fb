#include "props/proved/builder.h"

#include <algorithm>
#include <fmt/format.h>

#include "props/subjects/call.h"

namespace cow::props::proved {

namespace {
using machine::none;
}  // namespace

void OpenMachine::add_area(std::uint32_t p, const kernel::Area& area) {
  const kernel::SpaceLock<Machine> lock(*this, p);
  auto list = Machine::areas(p);
  kernel::insert_area(list, area);
}

/// The state has two bytes of each page; the others are like the second.
void OpenMachine::set_bytes(std::uint32_t frame, const std::vector<std::uint8_t>& bytes) {
  for (std::uint32_t i = 0; i < page_bytes && !bytes.empty(); ++i) {
    page(frame)[i] = bytes[std::min<std::size_t>(i, bytes.size() - 1)];
  }
}

void OpenMachine::set_slot_bytes(std::uint32_t slot, const std::vector<std::uint8_t>& bytes) {
  const auto scratch = allocate().frame;
  set_bytes(scratch, bytes);
  write_slot(slot, scratch);
  put(scratch);
}

void OpenMachine::forget_past() {
  header().events = {};
  header().complaint = {};
  header().replaced = 0;
  header().installed = none;
}

Built Builder::build() {
  lay_out();
  owned_ = std::make_unique<OpenMachine>(config_of(built_.world));
  machine_ = owned_.get();
  start_processes();
  add_frames();
  add_swap();
  add_areas();
  add_entries();
  add_pins();
  add_translations();
  charge();
  m().forget_past();
  built_.machine = std::move(owned_);
  return std::move(built_);
}

/// Has it neither an area nor an entry that says anything?
bool Builder::is_idle(Slot s) const {
  const auto& [area, entry, process, is_object, object] = at(s_.slots, s);
  if (is_object) return false;
  const bool marked = entry.is_wp || entry.is_guard;
  return process < 0 || (!entry.is_present && !entry.is_swapped && !marked && !area.shared &&
                         !area.cow && !area.read && !area.write);
}

/// Every second page of each process, so that no two areas touch.
void Builder::lay_out() {
  auto& world = built_.world;
  world.pages = model::max_pages(world.geometry);
  world.frames = 256;
  std::map<int, std::uint32_t> next;
  int last = 0;
  for (Slot s = 0; s < slot_count(); ++s) {
    auto& to = built_.slots.emplace_back();
    if (is_idle(s)) continue;
    const auto& slot = at(s_.slots, s);
    to.process = slot.is_object ? -1 : slot.process;
    to.page = 2 * next[to.process]++;
    last = std::max(last, to.process);
    if (to.page + 2 >= world.pages) throw NotBuilt{"a process has too many pages"};
    built_.unused_page = std::max(built_.unused_page, to.page + 2);
  }
  built_.unused_process = static_cast<std::uint32_t>(last) + 1;
  world.procs = built_.unused_process + 1;
  if (world.procs > model::max_procs) throw NotBuilt{"there are too many processes"};
  const bool zero = std::ranges::any_of(s_.frames, [](auto& f) { return f.is_zero; });
  if (zero) world.zero_page = model::ZeroPage::page;
}

void Builder::start_processes() {
  for (std::uint32_t p = 1; p < built_.unused_process; ++p) {
    m().start(p, m().allocate_table().frame);
    m().publish(p);
  }
}

/// Each with one holder, who comes later.
void Builder::add_frames() {
  for (int f = 0; f < static_cast<int>(s_.frames.size()); ++f) {
    const auto& frame = at(s_.frames, f);
    built_.frames.push_back(none);
    if (frame.is_table || (frame.is_free && frame.count == 0)) continue;
    const auto named = std::ranges::count_if(
        s_.slots, [&](const auto& slot) { return slot.entry.is_present && slot.entry.names == f; });
    if (named == 0 && frame.pins == 0 && frame.others != 0) continue;  // of a huge page alone
    if (frame.in_hand != 0) throw NotBuilt{fmt::format("a CPU has frame {} in hand", f + 1)};
    if (frame.others != 0) {
      throw NotBuilt{fmt::format("a page of another size covers frame {}", f + 1)};
    }
    if (frame.count != named + frame.pins + (frame.is_zero ? 1 : 0) || frame.count == 0) {
      throw NotBuilt{fmt::format("not all holders of frame {} are in the picture", f + 1)};
    }
    if (frame.is_zero) {
      built_.frames.back() = m().zero_frame();
      continue;
    }
    const auto real = built_.frames.back() = m().allocate().frame;
    m().set_bytes(real, frame.bytes);
    if (frame.is_merged) m().offer(real);
  }
}

void Builder::add_swap() {
  for (std::size_t i = 0; i < s_.swaps.size(); ++i) {
    const auto& swap = s_.swaps[i];
    swaps_.push_back(none);
    if (swap.names == 0) continue;
    const auto named = std::ranges::count_if(s_.slots, [&](const auto& slot) {
      return slot.entry.is_swapped && slot.entry.in == static_cast<int>(i);
    });
    if (named != swap.names) {
      throw NotBuilt{fmt::format("not all who name page {} of swap are in the picture", i + 1)};
    }
    const auto slot = swaps_.back() = m().allocate_slot().slot;
    for (auto more = swap.names; more > 1; --more) m().get_slot(slot);
    m().set_slot_bytes(slot, swap.bytes);
    if (!swap.in_memory) continue;
    const auto frame = swap.frame < 0 ? none : at(built_.frames, swap.frame);
    if (frame == none) throw NotBuilt{"a cached frame is not in the picture"};
    m().cache(slot, frame);
  }
  for (std::size_t f = 0; f < s_.frames.size(); ++f) {
    const auto real = built_.frames[f];
    const bool was = s_.frames[f].was_cached && !s_.frames[f].in_cache;
    if (was && real != none && !m().cached(real)) m().remember_cached(real);
  }
}

std::uint64_t Builder::kernel_page(Slot s) const {
  return machine_->user_first() + at(built_.slots, s).page;
}

void Builder::add_areas() {
  for (Slot s = 0; s < slot_count(); ++s) {
    const auto& slot = at(s_.slots, s);
    if (at(built_.slots, s).process < 0) continue;
    kernel::Area area;
    area.first = kernel_page(s);
    area.end = area.first + 1;
    area.access = slot.area.write  ? kernel::Access::write
                  : slot.area.read ? kernel::Access::read
                                   : kernel::Access::none;
    area.cow = slot.area.cow;
    area.wp = slot.entry.is_wp;
    if (slot.area.shared || slot.area.cow) {
      if (slot.object < 0 || !at(s_.slots, slot.object).is_object) {
        throw NotBuilt{"an object is not in the picture"};
      }
      area.object = m().open_file(false).frame;
      area.offset = at(built_.slots, slot.object).page;
    }
    m().add_area(static_cast<std::uint32_t>(slot.process), area);
  }
}

/// Where it can have been, a page that was written was given up before: so whoever forgets the
/// write drops it.
Builder::Entry Builder::entry_of(const MachineState::SlotCell& slot) const {
  const auto& entry = slot.entry;
  auto word = Entry::none();
  if (entry.is_guard) return Entry::make_guard();
  if (entry.is_present) {
    const auto frame = entry.names < 0 ? none : at(built_.frames, entry.names);
    if (frame == none) throw NotBuilt{"an entry names a frame that is not in the picture"};
    const bool may_go = !slot.is_object && !slot.area.shared && !slot.area.cow;
    word = Entry::leaf(frame, entry.reads, entry.writes).with_exclusive(entry.alone);
    if (!entry.was_written) word = word.made_clean();
    if (entry.was_written && may_go && !s_.is_zero(entry.names))
      word = word.made_clean().made_dirty();
  } else if (entry.is_swapped) {
    const auto in = entry.in < 0 ? none : at(swaps_, entry.in);
    if (in == none) throw NotBuilt{"an entry names a page of swap that is not in the picture"};
    word = Entry::in_swap(in, entry.alone);
  }
  return word.with_wp(entry.is_wp).with_unwritten(entry.is_unwritten);
}

/// The first to name a frame is the holder that it was allocated with.
void Builder::add_entries() {
  named_.resize(s_.frames.size());
  for (Slot s = 0; s < slot_count(); ++s) {
    const auto& slot = at(s_.slots, s);
    const auto word = entry_of(slot);
    if (word == Entry::none() || is_idle(s)) continue;
    const auto& to = at(built_.slots, s);
    auto root = none;
    if (slot.is_object) {
      if (!m().has_file()) m().put_table(m().open_file(false).frame);
      root = m().file_root();
    } else {
      root = m().root(static_cast<std::uint32_t>(slot.process));
    }
    const auto page = slot.is_object ? to.page : kernel_page(s);
    const auto table = kernel::make_table<Machine>(m(), root, page, 0);
    m().store_at(*table, kernel::index_at<Machine>(page, 0), word);
    if (!word.present()) continue;
    const auto f = static_cast<std::size_t>(slot.entry.names);
    if (named_[f] || s_.frames[f].is_zero) m().get(word.frame());
    named_[f] = true;
  }
}

/// Whoever has the page alone, or else at all.
std::uint32_t Builder::pinning_process(int frame) const {
  int best = 0;
  bool alone = false;
  for (const auto& slot : s_.slots) {
    if (!slot.entry.is_present || slot.entry.names != frame || slot.process < 0 || alone) continue;
    best = slot.process;
    alone = slot.entry.alone;
  }
  return static_cast<std::uint32_t>(best);
}

/// Of a frame that no entry names a pin is the holder that it was allocated with.
void Builder::add_pins() {
  for (int f = 0; f < static_cast<int>(s_.frames.size()); ++f) {
    const auto real = at(built_.frames, f);
    if (real == none) continue;
    const auto& frame = at(s_.frames, f);
    for (auto left = frame.pins; left > 0; --left) {
      auto p = pinning_process(f);
      for (std::uint32_t next = 0; held_[p] == machine::pins_per_process; p = next++) {
        if (next == built_.unused_process) {
          throw NotBuilt{"there are more pins than processes can have"};
        }
      }
      m().get_pinned(real);
      m().set_pin(p, held_[p]++, real, kernel::Access::read);
    }
    if (!frame.is_zero && !named_[static_cast<std::size_t>(f)]) m().put(real);
  }
}

void Builder::add_translations() {
  for (Slot s = 0; s < slot_count(); ++s) {
    const auto& cached = s_.translation(0, s);
    const auto process = at(built_.slots, s).process;
    if (!cached.is_valid || process < 0) continue;
    const auto frame = cached.names < 0 ? none : at(built_.frames, cached.names);
    if (frame == none) throw NotBuilt{"a TLB has a frame that is not in the picture"};
    const auto p = static_cast<std::uint32_t>(process);
    m().tlb_fill(0, p, kernel_page(s), Entry::leaf(frame, true, cached.writes));
  }
}

void Builder::charge() {
  for (std::uint32_t p = 0; p < built_.unused_process; ++p) {
    for (const auto& area : std::as_const(m()).areas(p)) {
      m().charge(p, kernel::usage_in<Machine>(m(), area, m().root(p), Machine::levels - 1, 0));
    }
  }
}

}  // namespace cow::props::proved
