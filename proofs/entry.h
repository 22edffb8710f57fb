#pragma once

#include <cstdint>

#include "proofs/names.h"

namespace cow::proofs {

/// A page-table entry of terms. `frame` means something only where it is present, `slot` only where
/// it is swapped.
class Entry {
 public:
  Entry() = default;
  static Entry none() { return {}; }
  static Entry leaf(const Frame& frame, const Cond& readable, const Cond& writable) {
    Entry entry;
    entry.present_ = true;
    entry.readable_ = readable;
    entry.writable_ = writable;
    entry.frame_ = frame;
    return entry;
  }
  static Entry in_swap(const Swap& slot, const Cond& exclusive) {
    Entry entry;
    entry.swapped_ = true;
    entry.exclusive_ = exclusive;
    entry.slot_ = slot;
    return entry;
  }

  Cond present() const { return present_; }
  Cond swapped() const { return swapped_; }
  Cond empty() const { return !present_ && !swapped_; }
  Cond readable() const { return readable_; }
  Cond writable() const { return writable_; }
  Cond exclusive() const { return exclusive_; }
  Frame frame() const { return frame_; }
  Swap slot() const { return slot_; }

  // What it says of writes to its page, as machine::Entry does: given up (impl/kernel/lazyfree.h),
  // and written since; write-protected (uffd.h); not written (soft_dirty.h); a guard (guard.h).
  Cond given_up() const { return given_up_; }
  Cond dirty() const { return !given_up_ || dirtied_; }
  Entry made_clean() const {
    Entry entry = *this;
    entry.given_up_ = true;
    entry.dirtied_ = false;
    return entry;
  }
  Entry made_dirty() const {
    Entry entry = *this;
    entry.dirtied_ = dirtied_ || given_up_;
    return entry;
  }
  Entry as_dirty_as(const Entry& other) const {
    Entry entry = with_unwritten(other.unwritten_);
    entry.given_up_ = other.given_up_;
    entry.dirtied_ = other.dirtied_;
    return entry;
  }
  Cond wp() const { return wp_; }
  Entry with_wp(const Cond& on) const {
    Entry entry = *this;
    entry.wp_ = on;
    return entry;
  }
  Cond unwritten() const { return unwritten_; }
  Entry made_unwritten() const { return with_unwritten(true); }
  Entry made_written() const { return with_unwritten(false); }
  Entry with_unwritten(const Cond& on) const {
    Entry entry = *this;
    entry.unwritten_ = on;
    return entry;
  }
  static Entry make_guard() {
    Entry entry;
    entry.guard_ = true;
    return entry;
  }
  Cond guard() const { return guard_; }

  /// In the steps of huge pages: a leaf over a block, or what names a table of small entries, of
  /// which all parts' entries are alike.
  static Entry huge_leaf(const Frame& head, const Cond& readable, const Cond& writable) {
    return leaf(head, readable, writable).with_huge(true);
  }
  static Entry table(const Frame& frame) {
    Entry entry;
    entry.table_ = true;
    entry.frame_ = frame;
    return entry;
  }
  /// One of the small entries that come in a leaf's place.
  Entry sub_page(std::uint32_t) const { return with_huge(false); }
  Cond huge() const { return Cond(huge_) && present_; }
  bool names_table() const { return table_; }
  Entry with_huge(bool on) const {
    Entry entry = *this;
    entry.huge_ = on;
    return entry;
  }
  /// As a table of entries like this one, which the step has filled, or not.
  Entry as_table(bool filled) const {
    Entry entry = *this;
    entry.table_ = true;
    entry.filled_ = filled;
    return entry;
  }
  Cond shows_parts() const { return Cond(filled_) && present_; }
  Entry write_protected() const { return with_writable(false); }
  Entry made_writable() const {
    Entry entry = with_writable(true).made_written();
    entry.readable_ = true;
    return entry;
  }
  Entry with_exclusive(const Cond& on) const {
    Entry entry = *this;
    entry.exclusive_ = on;
    return entry;
  }
  Entry made_exclusive() const { return with_exclusive(true); }
  Entry made_common() const { return with_exclusive(false); }
  Entry as_common() const { return write_protected().made_common(); }
  /// Out of use; `kept_*` is what it remembers to have allowed.
  Entry made_suspended() const {
    Entry entry = *this;
    entry.readable_ = entry.writable_ = false;
    entry.kept_readable_ = readable_;
    entry.kept_writable_ = writable_;
    return entry;
  }
  Entry resumed() const {
    Entry entry = *this;
    entry.readable_ = kept_readable_;
    entry.writable_ = kept_writable_;
    entry.kept_readable_ = entry.kept_writable_ = false;
    return entry;
  }
  /// Is it out of use, and allowed something before?
  Cond suspended() const {
    return present_ && !readable_ && !writable_ && (kept_readable_ || kept_writable_);
  }
  Entry moved_to(const Frame& frame) const {
    Entry entry = *this;
    entry.frame_ = frame;
    return entry;
  }
  /// The same, or none.
  Entry only_if(const Cond& condition) const {
    Entry entry = *this;
    entry.present_ = present_ && condition;
    entry.swapped_ = swapped_ && condition;
    return entry;
  }
  /// Is the entry the same at two looks? Constant where both are one term.
  friend Cond operator==(const Entry& a, const Entry& b) {
    const Cond same_kind = a.present_ == b.present_ && a.swapped_ == b.swapped_;
    const Cond same_access = a.readable_ == b.readable_ && a.writable_ == b.writable_;
    const Cond same_marks = a.given_up_ == b.given_up_ && a.dirtied_ == b.dirtied_ &&
                            a.wp_ == b.wp_ && a.unwritten_ == b.unwritten_ && a.guard_ == b.guard_;
    return same_kind && same_access && same_marks && a.exclusive_ == b.exclusive_ &&
           a.frame_ == b.frame_ && a.slot_ == b.slot_;
  }
  friend Cond operator!=(const Entry& a, const Entry& b) { return !(a == b); }
  Cond kept_readable() const { return kept_readable_; }
  Cond kept_writable() const { return kept_writable_; }

 private:
  friend struct State;
  Entry with_writable(bool on) const {
    Entry entry = *this;
    entry.writable_ = on;
    return entry;
  }

  Cond present_ = false, swapped_ = false, readable_ = false, writable_ = false, exclusive_ = false;
  Cond kept_readable_ = false, kept_writable_ = false;
  Cond given_up_ = false, dirtied_ = false, wp_ = false, unwritten_ = false, guard_ = false;
  bool huge_ = false, table_ = false, filled_ = false;
  Frame frame_ = Frame("no_frame");
  Swap slot_ = Swap("no_slot");
};

/// What the area of a slot allows.
class Area {
 public:
  Area(const Cond& shared, const Cond& of_file, const Cond& read, const Cond& write)
      : cow(of_file), shared_(shared), read_(read), write_(write) {}
  static auto object_page(const auto& page) { return page; }
  Cond has_object() const { return shared_ || cow; }
  Cond is_shared() const { return shared_; }
  Cond may_read() const { return read_; }
  Cond may_write() const { return write_; }
  Cond writes_object() const { return write_ && !cow; }
  Area without_writing() const { return {shared_, cow, read_, false}; }

  Cond cow;  ///< private: the object's pages are only its first ones
  Cond huge = Cond("huge_is_welcome");
  Number first = Number("first_page"), end = Number("end_page");
  Frame object = Frame("object_table");
  bool hugetlb = false;  ///< of pages of the pool, in the steps of those
  Cond reserved = Cond("pool_owes_it"), lost = Cond("was_lost");
  static constexpr bool wp = true;  // pages of any area may be write-protected

 private:
  Cond shared_, read_, write_;
};

/// What a CPU may have cached for a slot.
class Translation {
 public:
  Translation(const Cond& valid, const Cond& writable, const Frame& frame)
      : valid_(valid), writable_(writable), frame_(frame) {}
  Cond valid() const { return valid_; }
  Cond writable() const { return writable_; }
  Frame frame() const { return frame_; }

 private:
  Cond valid_, writable_;
  Frame frame_;
};

}  // namespace cow::proofs
