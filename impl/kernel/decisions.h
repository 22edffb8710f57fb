#pragma once

namespace cow::kernel {

/// The judgements that copy-on-write stands on, one function each. A machine names the decisions
/// that its kernel takes (`M::Decisions`); a museum mutant derives and overrides one of them.
struct Decisions {
  /// May the holder of this frame write to it in place? Only when nothing else holds it: not a
  /// second mapping, nor a huge leaf that covers it (catalogue rows A5, A6, B11).
  template <class M>
  static typename M::Bool may_reuse(const M& m, typename M::Frame frame) {
    return m.references(frame) == 1;
  }

  /// The same for a huge leaf: one leaf, and no PTE into any of its sub-pages.
  template <class M>
  static typename M::Bool may_reuse_huge(const M& m, typename M::Frame head) {
    return m.huge_references(head) == 1;
  }

  /// Must fork take write permission from this area's entries? Private ones, and no other
  /// (rows D15, D20).
  template <class M>
  static typename M::Bool protects_on_fork(const M&, const typename M::Area& area) {
    return !area.is_shared();
  }

  /// May mprotect grant write at once, without a write fault? A shared page always; a private
  /// one only when it needs no copy (rows D18, D19).
  template <class M>
  static typename M::Bool may_upgrade(const M& m, typename M::Frame frame,
                                      const typename M::Area& area) {
    return area.may_write() && (area.is_shared() || m.references(frame) == 1);
  }

  template <class M>
  static typename M::Bool may_upgrade_huge(const M& m, typename M::Frame head,
                                           const typename M::Area& area) {
    return area.may_write() && m.huge_references(head) == 1;
  }
};

}  // namespace cow::kernel
