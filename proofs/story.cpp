#include "proofs/story.h"

#include <fmt/format.h>

#include "impl/kernel/where_broken.h"
#include "proofs/concrete.h"
#include "proofs/picture.h"

namespace cow::proofs {

namespace {

/// Says what the step did, by the names of the picture: "P0 p0", "frame 2".
class Teller {
 public:
  Teller(const Concrete& concrete, const kernel::PlainState& before)
      : concrete_(concrete), slots_(slot_names(before)) {}

  std::string deed(const Deed& deed) const {
    if (deed.with.empty()) return deed.what;
    if (deed.what == "store") return store(deed.with);
    std::string text = deed.what + "(";
    for (std::size_t i = 0; i < deed.with.size(); ++i) {
      text += (i > 0 ? ", " : "") + name(deed.with[i]);
    }
    return text + ")";
  }

  /// What each slot is to the step: its place, the child's, the one at which the law breaks.
  std::vector<std::string> roles(const Scene& scene, const Path& path) const {
    std::vector<std::string> all(slots_.size());
    const auto add = [&](const Slot& slot, const char* role) {
      const auto i = concrete_.number(slot.term());
      if (i < 0) return;
      auto& text = all[static_cast<std::size_t>(i)];
      text += (text.empty() ? "" : ", ") + std::string(role);
    };
    add(scene.place, "place");
    if (uses(path, scene.child)) add(scene.child, "child");
    add(any_point().slot, "any");
    return all;
  }

 private:
  static bool uses(const Path& path, const Slot& slot) {
    for (const auto& deed : path.deeds) {
      for (const auto& term : deed.with) {
        if (z3::eq(term, slot.term())) return true;
      }
    }
    return false;
  }

  /// `with` is slot, present, readable, writable, frame, exclusive, swapped, page of swap.
  std::string store(const std::vector<z3::expr>& with) const {
    const auto slot = name(with[0]);
    const auto mark = is(with[5]) ? 'x' : '-';
    if (is(with[6])) return fmt::format("store({}, --{} {})", slot, mark, name(with[7]));
    if (!is(with[1])) return fmt::format("store({}, nothing)", slot);
    return fmt::format("store({}, {}{}{} {})", slot, is(with[2]) ? 'r' : '-',
                       is(with[3]) ? 'w' : '-', mark, name(with[4]));
  }

  bool is(const z3::expr& condition) const { return concrete_.is(Cond(condition)); }
  std::string name(const z3::expr& term) const {
    const auto sort = term.get_sort().name().str();
    const auto i = concrete_.number(term);
    if (i < 0) return concrete_.value(term);
    if (sort == SlotTag::name) return slots_[static_cast<std::size_t>(i)];
    if (sort == FrameTag::name) return fmt::format("frame {}", i + 1);
    if (sort == SwapTag::name) return fmt::format("page {} of swap", i + 1);
    return concrete_.value(term);
  }

  const Concrete& concrete_;
  std::vector<std::string> slots_;
};

/// The invariants that the state breaks, looked at one by one, as a running machine's are.
std::string broken_invariants(const kernel::PlainState& state) {
  static const auto all = kernel::all_invariants<kernel::PlainState>();
  std::string text;
  for (const auto& invariant : all) {
    if (!kernel::where_broken(invariant, state).empty()) {
      text += (text.empty() ? "" : "; ") + std::string(invariant.name);
    }
  }
  return text;
}

}  // namespace

std::string in_words(const Path& path) {
  std::string text;
  for (const auto& condition : path.conditions) {
    text += (text.empty() ? "" : "; ") + in_words(condition.term());
  }
  return text.empty() ? "the only path" : text;
}

std::string story(const z3::model& model, const SmallWorld& world, const Scene& scene,
                  const State& before, const Path& path) {
  const Concrete concrete(model, world, scene);
  const auto first = concrete.state(before), last = concrete.state(path.after);
  const Teller teller(concrete, first);
  auto remarks = teller.roles(scene, path);
  const auto unlawful = broken_invariants(first), broken = broken_invariants(last);
  std::string text = "  path: " + in_words(path) + "\n";
  text += unlawful.empty() ? "  before, obeying every law:\n"
                           : "  before, NOT obeying every law (" + unlawful + "):\n";
  text += picture(first, remarks) + "  the step does:\n";
  for (const auto& deed : path.deeds) text += "    " + teller.deed(deed) + "\n";
  for (std::size_t i = 1; i < path.segments.size(); ++i) {
    const auto found = concrete.state(path.segments[i].before);
    text += "  when other CPUs had run:\n" + picture(found, remarks);
  }
  text += "  after" + (broken.empty() ? "" : ", false: " + broken) + ":\n";
  concrete.remark_tables(path.after, remarks);
  return text + picture(last, remarks);
}

Counterexample counterexample(const z3::model& model, const SmallWorld& world, const Scene& scene,
                              const State& before) {
  const Concrete concrete(model, world, scene);
  return {concrete.state(before), concrete.number(scene.place.term()), concrete.is(scene.new_read),
          concrete.is(scene.new_write)};
}

}  // namespace cow::proofs
