#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "model/reference.h"
#include "props/lockstep/subject.h"

/// Which pages were written since their process asked (Kind::clear_refs): what a checkpoint, or the
/// migration of a running process, copies again. A write that is not told of is lost there.
namespace cow::props {

/// After `op`, which the subject answered with `status`.
template <NotesWrites S>
class WrittenPages {
 public:
  static void look(const S& subject, const model::Reference& reference, const model::Op& op,
                   model::Status status, std::vector<Finding>& findings) {
    find_lost(subject, reference, findings);
    const bool clears = op.kind == model::Kind::clear_refs && status == model::Status::ok;
    if (clears) find_kept(subject, reference, op, findings);
  }

  /// Are the marks of all pages gone that `op`, a successful clear_refs, was to clear?
  static bool are_cleared(const S& subject, const model::Reference& reference,
                          const model::Op& op) {
    std::vector<Finding> kept;
    find_kept(subject, reference, op, kept);
    return kept.empty();
  }

 private:
  static void find_lost(const S& subject, const model::Reference& reference,
                        std::vector<Finding>& findings) {
    for (std::uint32_t p = 0; p < reference.world().procs; ++p) {
      for (std::uint32_t page = 0; reference.alive(p) && page < reference.world().pages; ++page) {
        if (!subject.unwritten(p, page)) continue;  // which most are not
        if (!model::was_written(reference.page(p, page))) continue;
        findings.push_back(
            {Law::accounted,
             fmt::format("P{} has written p{}, which counts as not written", p, page)});
      }
    }
  }

  /// A page of the range that still counts as written, though nobody holds it. One that shows the
  /// file, and so may not be there yet, has nothing that is the process's own. One that has more
  /// holders than a narrow count can tell may not be there.
  static void find_kept(const S& subject, const model::Reference& reference, const model::Op& op,
                        std::vector<Finding>& findings) {
    if (reference.world().count_bits != 0) return;
    for (auto page = op.page; page < op.page + op.count; ++page) {
      const auto& at = reference.page(op.proc, page);
      if (!at.clean || at.hugetlb || model::shows_file(at) ||
          is_pinned_nearby(reference, op.proc, page))
        continue;
      if (subject.unwritten(op.proc, page)) continue;
      findings.push_back(
          {Law::frugal, fmt::format("P{} p{} counts as written, though its mark was just cleared",
                                    op.proc, page)});
    }
  }

  /// Does a device hold a part of the huge page around it? Then all may go on counting as written.
  static bool is_pinned_nearby(const model::Reference& reference, std::uint32_t p,
                               std::uint32_t page) {
    const auto fan = model::huge_pages(reference.world().geometry);
    const auto first = page - page % fan;
    for (auto i = first; i < std::min(first + fan, reference.world().pages); ++i) {
      if (reference.page(p, i).object != 0) return true;
    }
    return false;
  }
};

}  // namespace cow::props
