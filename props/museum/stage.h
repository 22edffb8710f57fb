#pragma once

#include "impl/kernel/decisions.h"
#include "props/museum/functions.h"

/// The decisions of the museum's one kernel, and what a mutant stands on.
namespace cow::props::museum {

/// The machine of the one kernel: it asks the mutant, whichever it is.
template <class Base>
class Stage : public Functions<Base> {
  using Up = Functions<Base>;

 public:
  using typename Up::Entry, typename Up::Area, typename Up::Frame, typename Up::Number,
      typename Up::Page, typename Up::Process;
  using Up::Up;

  // The decisions, as kernel::Decisions lists them.
  virtual bool decide_reuse(const Entry&) const = 0;
  virtual bool decide_reuse_huge(const Entry&) const = 0;
  virtual bool decide_protect_on_fork(const Area&) const = 0;
  virtual bool decide_copy_on_fork(const Entry&) const = 0;
  virtual bool decide_split_on_fork(const Entry&) const = 0;
  virtual bool decide_pin(const Entry&, const Area&, bool write) const = 0;
  virtual bool decide_reach(const Entry&, const Area&, bool write, bool force) const = 0;
  virtual bool decide_still_writes(bool force) const = 0;
  virtual bool decide_read_under_lock(const Area&) const = 0;
  virtual bool decide_show_zero(const Area&, bool write, bool huge) const = 0;
  virtual bool decide_be_huge(const Area&, Page) const = 0;
  virtual bool decide_collapse(const Entry&) const = 0;
  virtual bool decide_migrate(Frame, Number mappings) const = 0;
  virtual bool decide_migrate_huge(Frame, Number leaves) const = 0;
  virtual bool decide_swap_out(const Entry&) const = 0;
  virtual bool decide_swap_out_huge(const Entry&) const = 0;
  virtual bool decide_join(const Entry&) const = 0;
  virtual bool decide_has_joined(const Entry&) const = 0;
  virtual bool decide_discard(const Entry&) const = 0;
  virtual bool decide_trap(const Entry&) const = 0;
  virtual bool decide_collapse_over(const Entry&) const = 0;
  virtual bool decide_guard(const Entry&) const = 0;
  virtual bool decide_outlast_dontneed(const Entry&) const = 0;
  virtual bool decide_clear_refs(const Entry&) const = 0;
  virtual bool decide_wipe_on_fork(const Area&) const = 0;
  virtual bool decide_merge(const Area&, const Area&) const = 0;
  virtual bool decide_share_tables(const Area&) const = 0;
  virtual bool decide_keep_pinned_tables() const = 0;
  virtual bool decide_table_has_others(Frame table, int level) const = 0;
  virtual bool decide_own_for(kernel::Change) const = 0;
  virtual bool decide_take_from_sharers(const Area&) const = 0;
  virtual bool decide_keep_translations(const machine::AsidContext&, Process,
                                        Number generation) const = 0;
  virtual bool decide_upgrade(const Entry&, const Area&) const = 0;
  virtual bool decide_upgrade_huge(const Entry&, const Area&) const = 0;

  /// What the one kernel asks.
  struct Decisions {
    using M = Stage;
    static bool may_reuse(const M& m, const Entry& e) { return m.decide_reuse(e); }
    static bool may_reuse_huge(const M& m, const Entry& e) { return m.decide_reuse_huge(e); }
    static bool protects_on_fork(const M& m, const Area& a) { return m.decide_protect_on_fork(a); }
    static bool copies_on_fork(const M& m, const Entry& e) { return m.decide_copy_on_fork(e); }
    static bool splits_on_fork(const M& m, const Entry& e) { return m.decide_split_on_fork(e); }
    static bool may_pin(const M& m, const Entry& e, const Area& a, bool write) {
      return m.decide_pin(e, a, write);
    }
    static bool may_reach(const M& m, const Entry& e, const Area& a, bool write, bool force) {
      return m.decide_reach(e, a, write, force);
    }
    static bool still_writes(const M& m, bool force) { return m.decide_still_writes(force); }
    static bool reads_under_lock(const M& m, const Area& a) { return m.decide_read_under_lock(a); }
    static bool may_show_zero(const M& m, const Area& a, bool write, bool huge) {
      return m.decide_show_zero(a, write, huge);
    }
    static bool may_be_huge(const M& m, const Area& a, Page page) {
      return m.decide_be_huge(a, page);
    }
    static bool may_collapse(const M& m, const Entry& e) { return m.decide_collapse(e); }
    static bool may_migrate(const M& m, Frame frame, Number mappings) {
      return m.decide_migrate(frame, mappings);
    }
    static bool may_migrate_huge(const M& m, Frame head, Number leaves) {
      return m.decide_migrate_huge(head, leaves);
    }
    static bool may_swap_out(const M& m, const Entry& e) { return m.decide_swap_out(e); }
    static bool may_swap_out_huge(const M& m, const Entry& e) { return m.decide_swap_out_huge(e); }
    static bool may_join(const M& m, const Entry& e) { return m.decide_join(e); }
    static bool has_joined(const M& m, const Entry& e) { return m.decide_has_joined(e); }
    static bool traps(const M& m, const Entry& e) { return m.decide_trap(e); }
    static bool may_collapse_over(const M& m, const Entry& e) { return m.decide_collapse_over(e); }
    static bool guards(const M& m, const Entry& e) { return m.decide_guard(e); }
    static bool outlasts_dontneed(const M& m, const Entry& e) {
      return m.decide_outlast_dontneed(e);
    }
    static bool may_clear_refs(const M& m, const Entry& e) { return m.decide_clear_refs(e); }
    static bool may_discard(const M& m, const Entry& e) { return m.decide_discard(e); }
    static bool wipes_on_fork(const M& m, const Area& a) { return m.decide_wipe_on_fork(a); }
    static bool may_merge(const M& m, const Area& left, const Area& right) {
      return m.decide_merge(left, right);
    }
    static bool may_share_tables(const M& m, const Area& a) { return m.decide_share_tables(a); }
    static bool keeps_pinned_tables(const M& m) { return m.decide_keep_pinned_tables(); }
    static bool table_has_others(const M& m, Frame table, int level) {
      return m.decide_table_has_others(table, level);
    }
    static bool owns_for(const M& m, kernel::Change why) { return m.decide_own_for(why); }
    static bool takes_from_sharers(const M& m, const Area& a) {
      return m.decide_take_from_sharers(a);
    }
    static bool may_keep_translations(const M& m, const machine::AsidContext& context, Process p,
                                      Number generation) {
      return m.decide_keep_translations(context, p, generation);
    }
    static bool may_upgrade(const M& m, const Entry& e, const Area& a) {
      return m.decide_upgrade(e, a);
    }
    static bool may_upgrade_huge(const M& m, const Entry& e, const Area& a) {
      return m.decide_upgrade_huge(e, a);
    }
  };

  /// Leaves no padding, so that whatever a mutant keeps shows in its size.
  std::uint64_t end_ = 0;
};

/// What a mutant stands on: it takes the shipped decisions where it does not override them.
template <class Base>
struct Ground : Stage<Base> {
  using Stage<Base>::Stage;
  using Decisions = kernel::Decisions;
};

/// A mutant as a machine of the one kernel.
template <template <class> class Mutant, class Base>
class Planted final : public Mutant<Ground<Base>> {
  using M = Mutant<Ground<Base>>;
  using D = typename M::Decisions;

 public:
  using M::M;
  using typename M::Entry, typename M::Area, typename M::Frame, typename M::Number,
      typename M::Page, typename M::Process;

  std::size_t extra() const override { return sizeof(M) - sizeof(Ground<Base>); }

 private:
  bool decide_reuse(const Entry& e) const override { return D::may_reuse(*this, e); }
  bool decide_reuse_huge(const Entry& e) const override { return D::may_reuse_huge(*this, e); }
  bool decide_protect_on_fork(const Area& a) const override {
    return D::protects_on_fork(*this, a);
  }
  bool decide_copy_on_fork(const Entry& e) const override { return D::copies_on_fork(*this, e); }
  bool decide_split_on_fork(const Entry& e) const override { return D::splits_on_fork(*this, e); }
  bool decide_pin(const Entry& e, const Area& a, bool write) const override {
    return D::may_pin(*this, e, a, write);
  }
  bool decide_reach(const Entry& e, const Area& a, bool write, bool force) const override {
    return D::may_reach(*this, e, a, write, force);
  }
  bool decide_still_writes(bool force) const override { return D::still_writes(*this, force); }
  bool decide_read_under_lock(const Area& a) const override {
    return D::reads_under_lock(*this, a);
  }
  bool decide_show_zero(const Area& a, bool write, bool whole) const override {
    return D::may_show_zero(*this, a, write, whole);
  }
  bool decide_be_huge(const Area& a, Page page) const override {
    return D::may_be_huge(*this, a, page);
  }
  bool decide_collapse(const Entry& e) const override { return D::may_collapse(*this, e); }
  bool decide_migrate(Frame frame, Number mappings) const override {
    return D::may_migrate(*this, frame, mappings);
  }
  bool decide_migrate_huge(Frame head, Number leaves) const override {
    return D::may_migrate_huge(*this, head, leaves);
  }
  bool decide_swap_out(const Entry& e) const override { return D::may_swap_out(*this, e); }
  bool decide_swap_out_huge(const Entry& e) const override {
    return D::may_swap_out_huge(*this, e);
  }
  bool decide_join(const Entry& e) const override { return D::may_join(*this, e); }
  bool decide_has_joined(const Entry& e) const override { return D::has_joined(*this, e); }
  bool decide_trap(const Entry& e) const override { return D::traps(*this, e); }
  bool decide_collapse_over(const Entry& e) const override {
    return D::may_collapse_over(*this, e);
  }
  bool decide_guard(const Entry& e) const override { return D::guards(*this, e); }
  bool decide_outlast_dontneed(const Entry& e) const override {
    return D::outlasts_dontneed(*this, e);
  }
  bool decide_clear_refs(const Entry& e) const override { return D::may_clear_refs(*this, e); }
  bool decide_discard(const Entry& e) const override { return D::may_discard(*this, e); }
  bool decide_wipe_on_fork(const Area& a) const override { return D::wipes_on_fork(*this, a); }
  bool decide_merge(const Area& left, const Area& right) const override {
    return D::may_merge(*this, left, right);
  }
  bool decide_share_tables(const Area& a) const override { return D::may_share_tables(*this, a); }
  bool decide_keep_pinned_tables() const override { return D::keeps_pinned_tables(*this); }
  bool decide_table_has_others(Frame table, int level) const override {
    return D::table_has_others(*this, table, level);
  }
  bool decide_own_for(kernel::Change why) const override { return D::owns_for(*this, why); }
  bool decide_take_from_sharers(const Area& a) const override {
    return D::takes_from_sharers(*this, a);
  }
  bool decide_keep_translations(const machine::AsidContext& context, Process p,
                                Number generation) const override {
    return D::may_keep_translations(*this, context, p, generation);
  }
  bool decide_upgrade(const Entry& e, const Area& a) const override {
    return D::may_upgrade(*this, e, a);
  }
  bool decide_upgrade_huge(const Entry& e, const Area& a) const override {
    return D::may_upgrade_huge(*this, e, a);
  }
};

}  // namespace cow::props::museum
