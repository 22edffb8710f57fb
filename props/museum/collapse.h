#pragma once

#include <cstdint>
#include <optional>

/// Planted bugs about small pages that become huge ones and huge ones that become small (catalogue
/// families B, C, D and E).
namespace cow::props::museum {

/// Knows when a collapse fills its huge page: no other step fills a page under a huge leaf.
template <class Base>
struct KnowsGathering : Base {
  using Base::Base;
  using typename Base::Frame, typename Base::Place, typename Base::Entry;
  void reset() {
    Base::reset();
    gathered_.reset();
  }
  void copy_page(Frame to, Frame from) {
    Base::copy_page(to, from);
    if (is_part(to)) gathered_ = from;
  }

 protected:
  bool is_part(Frame frame) const { return this->block_info(frame / Base::fan).leaves != 0; }
  /// The frame that the last copy of the operation's collapse was made of.
  std::optional<Frame> gathered_;
};

/// C9: a collapse takes the small pages away, and their translations stay.
template <class Base>
struct CollapseWithoutFlush : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    if (!Base::load(at).suspended()) Base::flush(at);
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    if (entry.present() && Base::load(at).suspended()) Base::flush(at);  // a migration, not us
    Base::store(at, entry);
  }
};

/// A12 of collapse: a page that a device holds is moved with the others.
template <class Base>
struct CollapseMovesPinned : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_collapse(const M&, const typename M::Entry&) {
      return true;
    }
  };
};

/// E16: a collapse does not ask what kind of area it is in, and makes shared memory its own.
template <class Base>
struct CollapseIgnoresArea : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_be_huge(const M&, const typename M::Area& area, std::uint64_t page) {
      return area.first <= page && page + M::fan <= area.end;
    }
  };
};

/// B21: the pages that are gathered go on behind the end of the area.
template <class Base>
struct CollapsePassesTheEnd : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static bool may_be_huge(const M&, const typename M::Area& area, std::uint64_t) {
      return !area.has_object();
    }
  };
};

/// D25 of bytes: only the lower half arrives.
template <class Base>
struct CollapseCopiesHalf : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    if (!this->is_part(to) || to % Base::fan < Base::fan / 2) Base::copy_page(to, from);
  }
};

/// What nobody touched shows what the huge frame held before.
template <class Base>
struct CollapseDoesNotZero : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void zero_page(typename Base::Frame frame) {
    if (!this->is_part(frame)) Base::zero_page(frame);
  }
};

/// B9: the small frames keep the reference of the mapping that went.
template <class Base>
struct CollapseKeepsFrames : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void put(typename Base::Frame frame) {
    if (this->gathered_ != frame) Base::put(frame);
    this->gathered_.reset();
  }
};

/// E2: the table of the small pages is neither kept nor freed.
template <class Base>
struct CollapseKeepsTable : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void put_table(typename Base::Frame table) {
    if (!this->gathered_) Base::put_table(table);
    this->gathered_.reset();
  }
};

/// The huge leaf does not know that it is alone.
template <class Base>
struct CollapseForgetsExclusive : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool ours = this->gathered_.has_value() && entry.huge();
    Base::store(at, ours ? entry.made_common() : entry);
    if (ours) this->gathered_.reset();
  }
};

/// E13: the huge leaf is read-only until somebody writes, which costs a fault that was not needed.
template <class Base>
struct CollapseMapsReadOnly : KnowsGathering<Base> {
  using KnowsGathering<Base>::KnowsGathering;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool ours = this->gathered_.has_value() && entry.huge();
    Base::store(at, ours ? entry.write_protected() : entry);
    if (ours) this->gathered_.reset();
  }
};

/// B20: a collapse that gives up puts the entries back with what the first of them allowed.
template <class Base>
struct UndoStampsFirst : Base {
  using Base::Base;
  using typename Base::Entry;
  void reset() {
    Base::reset();
    first_.reset();
  }
  void store(const typename Base::Place& at, Entry entry) {
    const auto old = Base::load(at);
    const bool undoes = old.suspended() && !old.huge() && old.resumed() == entry;
    if (undoes && !first_) first_ = entry;
    if (undoes) {
      entry = Entry::leaf(entry.frame(), first_->readable(), first_->writable())
                  .with_exclusive(first_->exclusive());
    }
    Base::store(at, entry);
  }
  void unlock_table(typename Base::Frame table) {
    first_.reset();
    Base::unlock_table(table);
  }

 private:
  std::optional<Entry> first_;
};

/// G3 of entries: what gives up leaves them out of use.
template <class Base>
struct UndoForgets : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    if (!old.suspended() || old.resumed() != entry) Base::store(at, entry);
  }
};

/// A split changes what the sub-pages allow on its way. Nothing else stores leaves past `store`.
template <class Base, class Change>
struct SplitChanges : Base {
  using Base::Base;
  void store_at(typename Base::Frame table, std::uint32_t index, typename Base::Entry entry) {
    if (entry.present() && !this->is_table(entry.frame())) entry = Change::of(entry);
    Base::store_at(table, index, entry);
  }
};

struct GrantsWrite {
  static constexpr auto of(const auto& entry) { return entry.made_writable(); }
};
struct ForgetsExclusive {
  static constexpr auto of(const auto& entry) { return entry.made_common(); }
};
struct TakesWrite {
  static constexpr auto of(const auto& entry) { return entry.write_protected(); }
};

/// D9: splitting makes the pages dirty, and what is dirty writable.
template <class Base>
struct SplitGrantsWrite : SplitChanges<Base, GrantsWrite> {
  using SplitChanges<Base, GrantsWrite>::SplitChanges;
};
/// The pages of a split do not know that they are alone.
template <class Base>
struct SplitForgetsExclusive : SplitChanges<Base, ForgetsExclusive> {
  using SplitChanges<Base, ForgetsExclusive>::SplitChanges;
};
/// D8: the pages of a split are read-only until somebody writes.
template <class Base>
struct SplitTakesWrite : SplitChanges<Base, TakesWrite> {
  using SplitChanges<Base, TakesWrite>::SplitChanges;
};

}  // namespace cow::props::museum
