#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/explore/scope.h"
#include "props/lockstep/touched_pages.h"

// What a scope's operations mean for exploring it, and what it is called.

namespace cow::props::explore {

bool Scope::has_huge() const {
  return std::ranges::any_of(ops, [](const model::Op& op) {
    return op.huge || op.hugetlb || op.kind == model::Kind::collapse ||
           op.kind == model::Kind::compact;
  });
}

bool Scope::has(model::Kind kind) const {
  return std::ranges::find(ops, kind, &model::Op::kind) != ops.end();
}

bool Scope::is_reducible() const {
  return std::ranges::none_of(ops,
                              [](const model::Op& op) {
                                return model::shape(op.kind).pin || op.kind == model::Kind::remap ||
                                       op.kind == model::Kind::advise ||
                                       op.kind == model::Kind::compact ||
                                       op.kind >= model::Kind::vfork ||
                                       op.kind == model::Kind::merge || model::may_drop(op.kind) ||
                                       model::anonymous_only(op.kind) || op.file;
                              }) &&
         world.zero_page == model::ZeroPage::frame && world.pool == 0 && world.cpu_pool == 0 &&
         world.asids == 0 && world.nodes == 1 && world.zswap == 0 &&
         world.fork != model::Fork::on_demand;
}

bool Scope::numbers_matter() const {
  return std::ranges::any_of(ops, [](const model::Op& op) {
    return op.kind == model::Kind::compact || op.kind == model::Kind::merge;
  });
}

std::uint32_t Scope::named_pages() const {
  const auto fan = model::huge_pages(world.geometry);
  return has_huge() ? (end_page + fan - 1) / fan * fan : end_page;
}

std::string Scope::words() const {
  const auto some = [](std::size_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
  };
  return fmt::format("{}, {}{}, {}, {} frames", some(world.procs, "process", "processes"),
                     some(end_page - first_page, "page", "pages"),
                     has_huge() ? " that may be one huge page" : "",
                     some(world.cpus, "CPU", "CPUs"), world.frames);
}

std::string Scope::identity() const {
  std::string text = fmt::format("{} {} {} {}\n", name, model::print(world), first_page, end_page);
  for (const auto& op : ops) text += model::print(op) + "\n";
  return text;
}

std::string_view complaint(const Scope& scope) {
  const auto& w = scope.world;
  if (w.geometry != model::Geometry::tiny) return "only tiny worlds can be explored";
  if (w.procs > 6) return "at most 6 processes can be explored";
  if (w.cpus > 2) return "at most 2 CPUs can be explored";
  if (w.frames > 64 || w.frames % 4 != 0) return "frames must be a multiple of 4, 64 at most";
  if (scope.end_page > w.pages || scope.first_page >= scope.end_page) return "no page is named";
  const auto outside = [&](const model::Op& op) {
    const auto [first, end] = touched_pages(op, w);
    return first < end && (first < scope.first_page || end > scope.end_page);
  };
  if (std::ranges::any_of(scope.ops, outside)) return "an operation names a page outside";
  return {};
}

}  // namespace cow::props::explore
