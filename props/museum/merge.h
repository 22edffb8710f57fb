#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "impl/kernel/walk.h"
#include "props/museum/migrate.h"

/// Planted bugs of pages that share a frame since a merge (catalogue family H, and rows of B, D
/// and G).
namespace cow::props::museum {

/// H1: where a merged page was placed is trusted to hold what was placed there first, whatever was
/// moved there since.
template <class Base>
struct TrustsThePlace : Base {
  using Base::Base;
  using Frame = typename Base::Frame;
  void reset() {
    Base::reset();
    placed_ = {};
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool joins = Base::load(at).suspended() && entry.present() && !entry.suspended();
    if (joins && this->is_merged(entry.frame()) && !place(at.process, at.page)) {
      place(at.process, at.page) = sum(entry.frame());
    }
    Base::store(at, entry);
  }
  bool same_page(Frame a, Frame b) const {
    if (!this->is_merged(b) || Base::same_page(a, b)) return Base::same_page(a, b);
    for (std::uint32_t p = 0; p < this->config_.procs; ++p) {
      for (auto page = this->user_first(); page < this->user_end() && this->alive(p); ++page) {
        const auto at = kernel::walk(*this, Base::root(p), page);
        const auto& placed = const_cast<TrustsThePlace*>(this)->place(p, page);
        if (at.level != 0 || !at.entry.present() || at.entry.frame() != b || !placed) continue;
        return *placed == sum(a);
      }
    }
    return Base::same_page(a, b);
  }

 private:
  std::uint64_t sum(Frame frame) const {
    std::uint64_t sum = 0;
    for (const auto byte : this->frame_bytes(frame)) sum = sum * 257 + byte;
    return sum;
  }
  std::optional<std::uint64_t>& place(std::uint32_t p, std::uint64_t page) {
    return placed_[(p * 64 + (page - this->user_first())) % placed_.size()];
  }
  std::array<std::optional<std::uint64_t>, 512> placed_{};  ///< [process][page]
};

/// H2: who has a merged frame alone writes to it, and it is offered to others still.
template <class Base>
struct NeverWithdraws : Base {
  using Base::Base;
  void withdraw(typename Base::Frame) {}
};

/// H2 of mprotect: it grants write permission to who has a merged frame alone.
template <class Base>
struct ProtectUpgradesMerged : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_upgrade(const M& m, const typename M::Entry& entry,
                                        const typename M::Area& area) {
      return area.may_write() && !entry.wp() &&
             (area.is_shared() ||
              (Base::Decisions::may_reuse(m, entry) && !m.was_cached(entry.frame())));
    }
  };
};

/// H3: a page joins others though a device keeps its frame.
template <class Base>
struct MergesPinned : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool may_join(const M& m, const typename M::Entry& entry) {
      return !m.covered(entry.frame()) && !m.is_zero(entry.frame());
    }
  };
};

/// H4: when a merged frame has migrated, each mapping looks for it as far behind the first as its
/// page lies behind that one's, as if the frame were a part of one huge page.
template <class Base>
struct RestoresByIndex : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    fresh_ = 0;
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    const bool restores = old.suspended() && entry.present() && !entry.suspended() &&
                          old.frame() != entry.frame() && this->is_merged(old.frame());
    if (restores && this->is_merged(entry.frame())) {
      if (fresh_ != entry.frame() + 1) fresh_ = entry.frame() + 1, first_ = at.page;
      const auto behind = static_cast<std::uint32_t>(at.page - first_) % Base::fan;
      entry = entry.moved_to(entry.frame() + behind);
    }
    Base::store(at, entry);
  }

 private:
  std::uint64_t fresh_ = 0, first_ = 0;
};

/// H5: unmerge overlooks what was merged with the zero page.
template <class Base>
struct UnmergeOverlooksZero : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool has_joined(const M& m, const typename M::Entry& entry) {
      return m.is_merged(entry.frame());
    }
  };
};

/// D4: a merge forgets that the page was written since it came from swap, so that it goes there
/// without its bytes.
template <class Base>
struct MergedIsClean : Base {
  using Base::Base;
  void write_slot(typename Base::SwapSlot slot, typename Base::Frame frame) {
    if (!this->is_merged(frame)) Base::write_slot(slot, frame);
  }
};

/// D13: where one page of a huge page is merged, all of it loses write permission.
template <class Base>
struct ProtectsWholeTable : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    joins_ = false;
  }
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const bool joins = Base::load(at).suspended() && entry.present() && !entry.suspended() &&
                       this->is_merged(entry.frame());
    if (joins) joins_ = true, at_ = at;
    Base::store(at, entry);
  }
  void unlock_table(typename Base::Frame table) {
    for (std::uint32_t i = 0; joins_ && i < Base::fan; ++i) {
      auto sibling = at_;
      sibling.index = i;
      sibling.page = at_.page - at_.index + i;
      const auto there = Base::load(sibling);
      if (!there.present() || !there.writable()) continue;
      Base::store(sibling, there.write_protected());
      this->flush(sibling);
    }
    joins_ = false;
    Base::unlock_table(table);
  }

 private:
  typename Base::Place at_{};
  std::uint64_t joins_ = false;
};

/// G15 of merges: who joins is write-protected, whom it joins is not.
template <class Base>
struct ProtectsOnlyWhoJoins : Base {
  using Base::Base;
  void store(const typename Base::Place& at, typename Base::Entry entry) {
    const auto old = Base::load(at);
    const auto joined = old.suspended() && entry.present() && !entry.suspended() &&
                        old.frame() == entry.frame() && this->is_merged(entry.frame());
    Base::store(at, joined ? old.resumed() : entry);
  }
};

/// B10 of merges: who joins a merged frame is not counted.
template <class Base>
struct JoinsUncounted : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  void get(typename Base::Frame frame) {
    if (!this->migrates() || !this->is_merged(frame)) Base::get(frame);
  }
};

/// B9 of merges: who joins keeps its reference to the frame that it left.
template <class Base>
struct JoinsTwice : KnowsMigrations<Base> {
  using KnowsMigrations<Base>::KnowsMigrations;
  void reset() {
    KnowsMigrations<Base>::reset();
    joining_ = false;
  }
  void get(typename Base::Frame frame) {
    joining_ = this->migrates() && this->is_merged(frame);
    Base::get(frame);
  }
  void put(typename Base::Frame frame) {
    if (!joining_) Base::put(frame);
    joining_ = false;
  }

 private:
  std::uint64_t joining_ = 0;
};

/// No row of its own: pages whose first bytes are alike are taken to be alike.
template <class Base>
struct ComparesChecksums : Base {
  using Base::Base;
  bool same_page(typename Base::Frame a, typename Base::Frame b) const {
    return this->frame_bytes(a)[0] == this->frame_bytes(b)[0];
  }
};

/// No row of its own: nothing is ever found to be alike.
template <class Base>
struct MergesNothing : Base {
  using Base::Base;
  bool same_page(typename Base::Frame, typename Base::Frame) const { return false; }
};

/// No row of its own: unmerge parts nothing.
template <class Base>
struct UnmergesNothing : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool has_joined(const M&, const typename M::Entry&) {
      return false;
    }
  };
};

}  // namespace cow::props::museum
