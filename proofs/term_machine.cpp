#include "proofs/term_machine.h"

#include <utility>

namespace cow::proofs {

void TermMachine::say(const char* what, std::vector<z3::expr> with) {
  deeds_.push_back({what, std::move(with)});
  changed_ = true;
}

void TermMachine::store(const Place& at, const Entry& entry) {
  say("store", {at.slot.term(), entry.present().term(), entry.readable().term(),
                entry.writable().term(), entry.frame().term(), entry.exclusive().term(),
                entry.swapped().term(), entry.slot().term()});
  settle_placed(entry.frame());
  if (!entry.names_table()) return state_.store(at.slot, entry);
  state_.store(at.slot, parts_.value_or(Entry::none()).as_table(parts_.has_value()));
  splits_ = false;
}

/// Tables lie in frames that are none of those here. A fresh one has no entry set.
TermMachine::Allocation TermMachine::allocate_table() {
  if (tables_) {
    const auto fresh = allocate();
    state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
      return choose(fresh.ok && f == fresh.frame, zero_byte(), before(f, o));
    });
    return fresh;
  }
  const Cond ok("table_memory");
  say("allocate_table", {ok.term()});
  splits_ = true;
  return {ok, Frame("a_table")};
}

/// The loop over the parts runs once, for the part `sub`; what it stores there it stores for each.
/// What names a table goes into a directory: an empty one, in which nothing is mapped yet.
void TermMachine::store_at(const Frame& table, std::uint32_t, const Entry& entry) {
  if (tables_) return store_in_directory(entry_of(table), entry);
  if (entry.names_table()) {
    splits_ = false;
    return say("store_table", {});
  }
  say("store_parts", {entry.frame().term()});
  const auto frame = entry.frame();
  state_.others.set(frame, state_.others(frame) + parts());
  parts_ = entry;
}

Slot TermMachine::entry_of(const Frame& directory) const {
  return z3::eq(directory.term(), child_directory().term()) ? Scene().child : *accessed_;
}

void TermMachine::store_in_directory(const Slot& slot, const Entry& entry) {
  const auto own = Entry::leaf(entry.frame(), true, true);
  const auto stored = entry.names_table() ? own : entry;
  store({slot}, stored.with_exclusive(stored.writable()));
}

void TermMachine::flush_walks() {
  say("flush_walks", {});
  state_.cached = Map<Cond, Cpu, Slot>::constant(false);
}

TermMachine::Allocation TermMachine::add_fresh(const Cond& ok, const Frame& frame,
                                               const Number& held, const char* what) {
  fresh_.push_back(frame);
  unplaced_.push_back({ok, frame});
  say(what, {ok.term(), frame.term()});
  state_.count.set_if(ok, frame, held);
  state_.is_free.set_if(ok, frame, false);
  return {ok, frame};
}

TermMachine::Allocation TermMachine::allocate() {
  const auto number = std::to_string(fresh_.size() + 1);
  const Cond ok(("memory" + number).c_str());
  const Frame frame(("fresh" + number).c_str());
  Explorer::active().assume(implies(ok, state_.is_free(frame)));
  return add_fresh(ok, frame, 1, "allocate");
}

void TermMachine::get(const Frame& frame) { count_up(frame, splits_ ? parts() : Number(1)); }

void TermMachine::count_up(const Frame& frame, const Number& more) {
  say("get", {frame.term(), more.term()});
  misused_ = misused_ || state_.unused(frame);
  state_.count.set(frame, state_.count(frame) + more);
}

/// What is freed, be it in the pool, must be named by no entry and no translation any more, at this
/// very moment.
void TermMachine::put(const Frame& frame) {
  say("put", {frame.term()});
  const auto count = state_.count(frame), users = state_.users(frame);
  const auto slot = watched_.slot;
  const Cond named =
      (state_.present(slot) && state_.frame(slot) == frame) ||
      (state_.cached(watched_.cpu, slot) && state_.cached_frame(watched_.cpu, slot) == frame);
  misused_ = misused_ || state_.is_free(frame) || users <= 0 || (users == 1 && named);
  state_.count.set(frame, count - 1);
  state_.is_free.set_if(count == 1, frame, true);
  uncache_if(count == 1, frame);
  state_.was_cached.set_if(count == 1, frame, false);
  state_.is_merged.set_if(count == 1, frame, false);
}

void TermMachine::uncache_if(const Cond& condition, const Frame& frame) {
  const Cond links = condition && state_.in_cache(frame);
  state_.in_memory.set_if(links, state_.swap_of(frame), false);
  state_.in_cache.set_if(links, frame, false);
}

TermMachine::Grant TermMachine::allocate_slot() {
  const Cond ok("room");
  const Swap slot = fresh_swap();
  Explorer::active().assume(implies(ok, state_.names(slot) == 0));
  say("allocate_slot", {ok.term(), slot.term()});
  state_.names.set_if(ok, slot, 1);
  return {ok, slot};
}

TermMachine::Grant TermMachine::get_slot_of(const Frame& frame) {
  const auto slot = state_.swap_of(frame);
  get_slot(slot);
  return {true, slot};
}

void TermMachine::get_slot(const Swap& slot) {
  say("get_slot", {slot.term()});
  misused_ = misused_ || state_.names(slot) <= 0;
  state_.names.set(slot, state_.names(slot) + 1);
}

void TermMachine::put_slot(const Swap& slot) {
  say("put_slot", {slot.term()});
  const auto names = state_.names(slot);
  const Cond named = state_.swapped(watched_.slot) && state_.swap(watched_.slot) == slot;
  misused_ = misused_ || names <= 0 || (names == 1 && named);
  const Cond links = names == 1 && state_.in_memory(slot);
  state_.in_cache.set_if(links, state_.frame_of(slot), false);
  state_.in_memory.set_if(links, slot, false);
  state_.names.set(slot, names - 1);
}

void TermMachine::cache(const Swap& slot, const Frame& frame) {
  say("cache", {slot.term(), frame.term()});
  state_.in_cache.set(frame, true);
  state_.was_cached.set(frame, true);
  state_.swap_of.set(frame, slot);
  state_.in_memory.set(slot, true);
  state_.frame_of.set(slot, frame);
}

TermMachine::Allocation TermMachine::get_cached(const Swap& slot) {
  const Cond found = state_.in_memory(slot);
  const auto frame = state_.frame_of(slot);
  say("get_cached", {found.term(), slot.term(), frame.term()});
  misused_ = misused_ || (found && state_.is_free(frame));
  state_.count.set_if(found, frame, state_.count(frame) + 1);
  return {found, frame};
}

void TermMachine::write_slot(const Swap& slot, const Frame& frame) {
  say("write_slot", {slot.term(), frame.term()});
  const auto bytes = state_.bytes;
  state_.swap_bytes.change([=](const auto& before, const Swap& s, const Offset& o) {
    return choose(s == slot, bytes(frame, o), before(s, o));
  });
}

void TermMachine::read_slot(const Frame& frame, const Swap& slot) {
  say("read_slot", {frame.term(), slot.term()});
  const auto kept = state_.swap_bytes;
  state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
    return choose(f == frame, kept(slot, o), before(f, o));
  });
}

void TermMachine::zero_page(const Frame& frame) {
  say("zero_page", {frame.term()});
  state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
    return choose(f == frame, zero_byte(), before(f, o));
  });
}

void TermMachine::copy_bytes(const Frame& to, const Frame& from, std::uint64_t first,
                             std::uint64_t length) {
  say(length == page_bytes ? "copy_page" : "copy_bytes", {to.term(), from.term()});
  state_.bytes.change([=](const auto& before, const Frame& f, const Offset& o) {
    const Cond copied = f == to && o >= Number(first) && o < Number(first + length);
    return choose(copied, before(from, o), before(f, o));
  });
}

Byte TermMachine::read_byte(const Frame& frame, const Offset& at) {
  meet_others();
  misused_ = misused_ || state_.is_free(frame);
  return state_.bytes(frame, at);
}

void TermMachine::write_byte(const Frame& frame, const Offset& at, const Byte& value) {
  meet_others();
  say("write_byte", {frame.term(), at.term(), value.term()});
  misused_ = misused_ || state_.is_free(frame);
  state_.bytes.set(frame, at, value);
}

void TermMachine::flush(const Place& at) {
  ++flushes_;
  say("flush", {at.slot.term()});
  state_.cached.change([=](const auto& before, const Cpu& cpu, const Slot& slot) {
    return before(cpu, slot) && slot != at.slot;
  });
}

void TermMachine::flush_later(const Place& at) {
  say("flush_later", {at.slot.term()});
  state_.pending.set(state_.process_of(at.slot), true);
}

void TermMachine::flush_process(const Process& process) {
  say("flush_process", {process.term()});
  const auto process_of = state_.process_of;
  state_.cached.change([=](const auto& before, const Cpu& cpu, const Slot& slot) {
    return before(cpu, slot) && process_of(slot) != process;
  });
  state_.pending.set(process, false);
}

std::optional<Frame> TermMachine::tlb_find(const Cpu& cpu, const Process&, std::uint64_t,
                                           bool write) const {
  if (!state_.cached(cpu, *accessed_)) return std::nullopt;
  if (write && !state_.cached_writable(cpu, *accessed_)) return std::nullopt;
  return state_.cached_frame(cpu, *accessed_);
}

void TermMachine::tlb_fill(const Cpu& cpu, const Process&, std::uint64_t, const Entry& entry) {
  say("tlb_fill", {cpu.term(), accessed_->term(), entry.frame().term()});
  state_.cached.set(cpu, *accessed_, true);
  state_.cached_writable.set(cpu, *accessed_, entry.writable() && entry.dirty());
  state_.cached_frame.set(cpu, *accessed_, entry.frame());
}

bool TermMachine::set_dirty(const Frame&, std::uint32_t, const Entry&) {
  say("set_dirty", {accessed_->term()});
  state_.dirtied.set(*accessed_, true);
  return true;
}

std::optional<Frame> TermMachine::offered() {
  if (!Cond("something_is_offered")) return std::nullopt;
  const Frame frame("fresh1");  // a name for which the laws are assumed
  fresh_.push_back(frame);
  Explorer::active().assume(state_.is_merged(frame));
  return frame;
}

/// Where it says yes each byte is the same. Until another page is held still, and flushed, it says
/// the same again.
Cond TermMachine::same_page(const Frame& a, const Frame& b) {
  const auto which = a.term().to_string() + "," + b.term().to_string() + "@";
  const Cond same(("same_bytes:" + which + std::to_string(flushes_)).c_str());
  for (const auto& at : {any_point().offset, Scene().offset}) {
    Explorer::active().assume(implies(same, state_.bytes(a, at) == state_.bytes(b, at)));
  }
  return same;
}

void TermMachine::set_area(const Slot& slot, const Area& area) {
  state_.shared.set(slot, area.is_shared());
  state_.cow.set(slot, area.cow);
  state_.may_read.set(slot, area.may_read());
  state_.may_write.set(slot, area.may_write());
}

}  // namespace cow::proofs
