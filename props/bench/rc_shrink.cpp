#include "props/bench/rc_shrink.h"

#include <rapidcheck.h>
#include <rapidcheck/state.h>
#include <stdexcept>

#include "props/bench/measure.h"
#include "props/bench/silence.h"

namespace cow::props::bench {

namespace {

using model::Op;

/// One field towards zero.
template <class T>
rc::Seq<Op> field(const Op& op, T Op::*member) {
  return rc::seq::map(rc::shrink::towards(op.*member, T{}), [=](T value) {
    Op smaller = op;
    smaller.*member = value;
    return smaller;
  });
}

rc::Seq<Op> simpler_ops(const Op& op) {
  return rc::seq::concat(field(op, &Op::proc), field(op, &Op::cpu), field(op, &Op::child),
                         field(op, &Op::pin), field(op, &Op::to), field(op, &Op::value),
                         field(op, &Op::oom), field(op, &Op::page), field(op, &Op::count),
                         field(op, &Op::offset), field(op, &Op::length));
}

rc::Seq<Ops> simpler_lists(const Ops& ops) {
  return rc::seq::concat(rc::shrink::removeChunks(ops), rc::shrink::eachElement(ops, simpler_ops));
}

struct NoModel {};
struct NoSut {};
struct Command : rc::state::Command<NoModel, NoSut> {
  Op op;
  explicit Command(const Op& o) : op(o) {}
  void show(std::ostream& out) const override { out << model::name(op.kind); }
};
using CommandPointer = std::shared_ptr<const rc::state::Command<NoModel, NoSut>>;

/// A generator of commands that draws what `*next` points at and moves on, up to `last`.
auto feed(const Op** next, const Op* last) {
  return [=](const NoModel&) {
    return rc::Gen<CommandPointer>([=](const rc::Random&, int) {
      const Op& op = **next;
      if (*next != last) ++*next;
      return rc::shrinkable::map(
          rc::shrinkable::shrinkRecur(op, [](const Op& o) { return simpler_ops(o); }),
          [](const Op& o) -> CommandPointer { return std::make_shared<Command>(o); });
    });
  };
}

struct OutOfTime {};

/// Ends RapidCheck's shrinking at a time: nothing else does.
struct Deadline : Silence {
  double end;
  explicit Deadline(double at) : end(at) {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {
    if (cpu_seconds() > end) throw OutOfTime{};
  }
};

/// Lets RapidCheck check that what `draw` draws does not fail, and thereby shrink it. Drawn
/// lists shorter than `least` do not count; a shrunk one may have any length.
template <class Draw>
RivalShrunk check(Draw draw, std::size_t least, const FailsAfter& fails_after, double limit) {
  RivalShrunk answer;
  const rc::detail::Property property = rc::detail::toProperty([&] {
    const Ops ops = draw();
    if (answer.runs == 0 && ops.size() < least) return;
    ++answer.runs;
    const auto length = fails_after(ops);
    if (length == 0) return;
    answer.operations = length;
    RC_FAIL("same bug");
  });
  rc::detail::TestParams params;
  params.seed = 1;
  const auto start = cpu_seconds();
  Deadline deadline(start + limit);
  try {
    const rc::detail::TestResult result =
        rc::detail::checkProperty(property, {}, params, deadline, {});
    if (!result.is<rc::detail::FailureResult>()) throw std::runtime_error("bench: no failure");
    answer.finished = true;
  } catch (const OutOfTime&) {
    answer.finished = false;
  }
  answer.seconds = cpu_seconds() - start;
  return answer;
}

}  // namespace

RivalShrunk shrink_vector(const Ops& failing, const FailsAfter& fails_after, double limit) {
  const rc::Gen<Ops> generator([&](const rc::Random&, int) {
    return rc::shrinkable::shrinkRecur(failing, [](const Ops& ops) { return simpler_lists(ops); });
  });
  return check([&] { return *generator; }, failing.size(), fails_after, limit);
}

RivalShrunk shrink_commands(const Ops& failing, const FailsAfter& fails_after, double limit) {
  const auto draw = [&] {
    const Op* next = failing.data();
    // A sequence has 1 to size + 1 commands; the last operation is repeated where it is longer.
    const auto size = static_cast<int>(failing.size() + failing.size() / 20);
    const auto commands =
        *rc::gen::resize(size, rc::state::gen::commands(NoModel{}, feed(&next, &failing.back())));
    Ops ops;
    for (const auto& command : commands) {
      ops.push_back(static_cast<const Command&>(*command).op);
    }
    return ops;
  };
  return check(draw, failing.size(), fails_after, limit);
}

}  // namespace cow::props::bench
