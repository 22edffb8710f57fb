#include <array>
#include <utility>
#include <vector>

#include "props/shrink/passes.h"

namespace cow::props {

namespace {

using model::Kind;
using model::Op;
using model::Trace;

/// What becomes of the operations that have lost their process or meet another's end.
struct Redirection {
  bool drop_all;          ///< the child's operations go, too
  bool drop_child_exit;   ///< what ended the child would now end the target
  bool drop_target_exit;  ///< the target must live on to do the child's work
};
constexpr std::array<Redirection, 5> redirections = {{
    {true, true, false},
    {false, true, false},
    {false, true, true},
    {false, false, true},
    {false, false, false},
}};

/// The trace without the fork at `at`; until the child's exit, `target` stands for the child. Who
/// borrows memory does so until its exec only.
Trace redirect(const Trace& trace, std::size_t at, std::uint8_t target, const Redirection& r) {
  const std::uint8_t child = trace.ops[at].child;
  Trace out{trace.world, {trace.ops.begin(), trace.ops.begin() + static_cast<std::ptrdiff_t>(at)}};
  bool alive = true;
  for (auto i = at + 1; i < trace.ops.size(); ++i) {
    Op op = trace.ops[i];
    const bool by_child = alive && op.proc == child;
    const bool returns = by_child && trace.ops[at].kind == Kind::vfork && op.kind == Kind::exec;
    const bool is_exit = op.kind == Kind::exit || returns;
    if (by_child && is_exit) alive = false;
    if (by_child && (r.drop_all || (is_exit && r.drop_child_exit))) continue;
    if (alive && op.proc == target && is_exit && r.drop_target_exit) continue;
    if (by_child) op.proc = target;
    if (alive && model::shape(op.kind).child && op.child == child) op.child = target;
    out.ops.push_back(op);
  }
  return out;
}

/// The trace without the fork at `at`; from there on parent and child swap their names, so that
/// the parent's process takes the way of the child.
Trace swap_roles(const Trace& trace, std::size_t at) {
  Trace out = trace;
  const Op fork = trace.ops[at];
  const auto swapped = [&](std::uint8_t p) {
    return p == fork.proc ? fork.child : p == fork.child ? fork.proc : p;
  };
  out.ops.erase(out.ops.begin() + static_cast<std::ptrdiff_t>(at));
  for (auto i = at; i < out.ops.size(); ++i) {
    Op& op = out.ops[i];
    op.proc = swapped(op.proc);
    if (model::shape(op.kind).child) op.child = swapped(op.child);
  }
  return out;
}

/// True at the first success with the fork at `at`.
bool redirect_child(Search& search, std::size_t at) {
  const Op fork = search.best().ops[at];
  const auto attempt_all = [&](std::uint8_t target) {
    for (const auto& r : redirections) {
      if (target == fork.child) continue;
      if (search.attempt(redirect(search.best(), at, target, r))) return true;
    }
    return false;
  };
  if (attempt_all(fork.proc) || search.attempt(swap_roles(search.best(), at))) return true;
  if (search.size() > pairs_up_to) return false;
  for (std::uint8_t p = 0; p < search.best().world.procs; ++p) {
    if (p != fork.proc && attempt_all(p)) return true;
  }
  return false;
}

/// New numbers, given out in order of appearance.
class Numbers {
 public:
  std::uint8_t operator()(std::uint8_t old) {
    if (!seen_[old]) {
      seen_[old] = true;
      new_[old] = next_++;
    }
    return new_[old];
  }

 private:
  std::array<bool, 256> seen_{};
  std::array<std::uint8_t, 256> new_{};
  std::uint8_t next_ = 0;
};

bool rename_pins(Search& search) {
  Trace renamed = search.best();
  std::vector<Numbers> pins(256);
  for (Op& op : renamed.ops) {
    if (model::shape(op.kind).pin) op.pin = pins[op.proc](op.pin);
  }
  return search.attempt(std::move(renamed));
}

}  // namespace

bool redirect_processes(Search& search) {
  bool better = false;
  for (auto i = search.size(); i-- > 0;) {
    if (i >= search.size() || !model::begets(search.best().ops[i].kind)) continue;
    better = redirect_child(search, i) || better;
  }
  return better;
}

bool rename_in_order(Search& search) {
  Trace renamed = search.best();
  Numbers process;
  process(0);
  for (Op& op : renamed.ops) {
    op.proc = process(op.proc);
    if (model::shape(op.kind).child) op.child = process(op.child);
  }
  bool better = search.attempt(std::move(renamed));

  renamed = search.best();
  Numbers cpu;
  for (Op& op : renamed.ops) {
    if (model::shape(op.kind).cpu) op.cpu = cpu(op.cpu);
  }
  better = search.attempt(std::move(renamed)) || better;
  return rename_pins(search) || better;
}

}  // namespace cow::props
