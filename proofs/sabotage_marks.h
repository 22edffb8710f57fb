#pragma once

/// Sabotaged kernels for the tests of the proofs, as in sabotage.h: of what entries say of writes
/// to their pages, of merges, and of page tables that processes share.
namespace cow::proofs::sabotage {

/// Entries lose what they say of writes to their pages.
template <class Base>
struct ForgetsWp : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    Base::store(at, entry.with_wp(false));
  }
};

template <class Base>
struct ForgetsUnwritten : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    Base::store(at, entry.made_written());
  }
};

/// Nobody is told of a write since.
template <class Base>
struct CountsAsUnwritten : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    Base::store(at, entry.with_unwritten(entry.present() && !entry.writable()));
  }
};

/// What was written since it was given up may be dropped.
template <class Base>
struct TakesForClean : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    Base::store(at, entry.present() ? entry.made_clean() : entry);
  }
};

/// Whatever was there is overwritten by the next entry, a guard, too.
template <class Base>
struct ForgetsGuards : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    if (!entry.guard()) Base::store(at, entry);
  }
};

/// The pages that a merge looks at are taken to be alike.
template <class Base>
struct ComparesNothing : Base {
  using Base::Base;
  static constexpr bool same_page(const typename Base::Frame&, const typename Base::Frame&) {
    return true;
  }
};

/// A directory's entry that both have keeps its write permission.
template <class Base>
struct SharesUnmarked : Base {
  using Base::Base;
  void store_at(const typename Base::Frame& table, std::uint32_t i,
                const typename Base::Entry& entry) {
    Base::store_at(table, i, entry.made_writable());
  }
};

/// A fresh table has the entries of whatever lay in its frame.
template <class Base>
struct TableAsItWas : Base {
  using Base::Base;
  typename Base::Allocation allocate_table() { return Base::allocate(); }
};

template <class Base>
struct SkippedTableGet : Base {
  using Base::Base;
  void get_table(const typename Base::Frame&) {}
};

template <class Base>
struct SkippedTablePut : Base {
  using Base::Base;
  void put_table(const typename Base::Frame&) {}
};

/// A processor may be on its way through the table when it has another owner only.
template <class Base>
struct SkippedWalkFlush : Base {
  using Base::Base;
  void flush_walks() {}
};

/// A page of which others may have copies is written on.
template <class Base>
struct NeverProtects : Base {
  using Base::Base;
  void store(const typename Base::Place& at, const typename Base::Entry& entry) {
    const auto old = Base::load(at);
    const auto protects = old.present() && old.writable() && entry.present() && !entry.writable();
    if (!protects) Base::store(at, entry);
  }
};

}  // namespace cow::proofs::sabotage
