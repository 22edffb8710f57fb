#include "props/bench/rc_state.h"

#include <rapidcheck.h>
#include <rapidcheck/state.h>
#include <stdexcept>

#include "impl/machine/byte_machine.h"
#include "model/trace_text.h"
#include "props/bench/silence.h"
#include "props/lockstep/differences.h"
#include "props/lockstep/sharing_bound.h"
#include "props/subjects/embedded.h"

namespace cow::props::bench {

namespace {

using Model = model::Reference;
using model::Kind;
using model::Op;
using rc::gen::inRange;

/// The system under test with all that our lockstep checks about it.
class Sut {
 public:
  explicit Sut(const model::World& world) : subject_(world), bound_(world) {}

  void reset() {
    subject_.reset();
    bound_.reset();
    costs_ = subject_.costs();
    short_of_memory_ = false;
  }

  /// rc::state has no word for a subject that ran out of memory: its model moves all the same.
  /// What follows in such a sequence is neither run nor counted.
  void run(const Model& before, const Op& op) {
    if (short_of_memory_) return;
    Model after = before;
    const bool moves = before.check(op) == model::Status::ok;
    const auto copies = bound_.copies_allowed(before, op, before.check(op));
    const model::Answer got = subject_.perform(op);
    short_of_memory_ = got.status == model::Status::no_memory;
    if (short_of_memory_) return;
    if (moves) bound_.before(before, op);
    const model::Answer want = after.perform(op);
    moves ? bound_.after(after, op) : bound_.after_refusal(after, op, want.status);
    RC_ASSERT(got.status == want.status);
    RC_ASSERT(std::ranges::equal(got.bytes, want.bytes));
    RC_ASSERT(subject_.audit());
    RC_ASSERT(same_views(after));
    check_costs(after, op, copies);
    ++checked_;
  }

  std::uint64_t checked() const { return checked_; }

 private:
  /// One assertion for all pages, since one a page would only slow the rival down.
  bool same_views(const Model& model) const {
    static constexpr std::array<std::uint8_t, 16> zeroes{};
    for (std::uint32_t p = 0; p < model.world().procs; ++p) {
      for (std::uint32_t i = 0; model.alive(p) && i < model.world().pages; ++i) {
        const auto& want = model.page(p, i);
        const Seen got = subject_.seen(p, i);
        if (want.mapped != got.mapped || want.access != got.access) return false;
        if (!want.mapped || (want.fresh && got.bytes == nullptr)) continue;
        const auto* const bytes = got.bytes == nullptr ? zeroes.data() : got.bytes;
        if (std::memcmp(model.bytes(p, i).data(), bytes, zeroes.size()) != 0) return false;
      }
    }
    return true;
  }

  void check_costs(const Model& model, const Op& op, std::uint32_t copies) {
    const Costs now = subject_.costs();
    const Costs was = std::exchange(costs_, now);
    RC_ASSERT(now.copies - was.copies <= copies);
    RC_ASSERT(now.faults - was.faults <= faults_allowed(op, model.world()));
    RC_ASSERT(now.data_frames <= bound_.frames_allowed(now.failed_allocations > 0));
    RC_ASSERT(model.living() > 0 || now.used_frames == 0);
  }

  Embedded<machine::ByteMachine<machine::Tiny>> subject_;
  SharingBound bound_;
  Costs costs_;
  bool short_of_memory_ = false;
  std::uint64_t checked_ = 0;
};

/// A number in [0, bound), in the type of an Op's field.
template <class T>
T draw(std::uint32_t bound) {
  return static_cast<T>(*inRange<std::uint32_t>(0, bound));
}

struct Command : rc::state::Command<Model, Sut> {
  Op op;

  Command(const Model& model, Kind kind) {
    op.kind = kind;
    do op.proc = draw<std::uint8_t>(model.world().procs);
    while (!model.alive(op.proc));
  }
  void checkPreconditions(const Model& model) const override {
    RC_PRE(model.alive(op.proc));
    RC_PRE(op.kind != Kind::exit || model.living() > 1);
  }
  void apply(Model& model) const override { model.perform(op); }
  void run(const Model& before, Sut& sut) const override { sut.run(before, op); }
  void show(std::ostream& out) const override { out << model::print(op); }

  /// A page that is mapped, or not, as asked, where a few tries find one.
  void draw_page(const Model& model, bool mapped) {
    op.page = draw<std::uint32_t>(model.world().pages);
    for (int tries = 0; tries < 8 && model.page(op.proc, op.page).mapped != mapped; ++tries) {
      op.page = (op.page + 1) % model.world().pages;
    }
  }
  void draw_count(const Model& model) {
    op.count = 1 + draw<std::uint32_t>(std::min(8U, model.world().pages - op.page));
  }
  void draw_bytes(const Model& model) {
    draw_page(model, true);
    op.cpu = draw<std::uint8_t>(model.world().cpus);
    op.offset = draw<std::uint32_t>(model::page_bytes(model.world().geometry));
    op.length = 1 + draw<std::uint32_t>(4);
  }
};

struct Map : Command {
  explicit Map(const Model& model) : Command(model, Kind::map) {
    draw_page(model, false);
    draw_count(model);
    op.access = static_cast<model::Access>(2 - draw<int>(5) / 4);
    op.huge = draw<int>(2) == 1;
    if (draw<int>(8) == 0) op.sharing = model::Sharing::shared;
  }
};
struct Unmap : Command {
  explicit Unmap(const Model& model) : Command(model, Kind::unmap) {
    draw_page(model, true);
    draw_count(model);
  }
};
struct Protect : Command {
  explicit Protect(const Model& model) : Command(model, Kind::protect) {
    draw_page(model, true);
    draw_count(model);
    op.access = static_cast<model::Access>(draw<int>(3));
  }
};
struct Read : Command {
  explicit Read(const Model& model) : Command(model, Kind::read) { draw_bytes(model); }
};
struct Write : Command {
  explicit Write(const Model& model) : Command(model, Kind::write) {
    draw_bytes(model);
    op.value = draw<std::uint8_t>(256);
  }
};
struct Fork : Command {
  explicit Fork(const Model& model) : Command(model, Kind::fork) {
    op.child = draw<std::uint8_t>(model.world().procs);
  }
};
struct Exit : Command {
  explicit Exit(const Model& model) : Command(model, Kind::exit) {}
};

/// As often as in our drawing: a type that stands here twice is drawn twice as often.
auto any_command() {
  return rc::state::gen::execOneOfWithArgs<Map, Map, Map, Unmap, Protect, Protect, Read, Read, Read,
                                           Write, Write, Write, Write, Write, Write, Write, Write,
                                           Fork, Fork, Fork, Exit>();
}

/// Every living process exits, so that leaks show.
void run_ending(Sut& sut, Model model) {
  Op op;
  op.kind = Kind::exit;
  for (; op.proc < model.world().procs; ++op.proc) {
    if (!model.alive(op.proc)) continue;
    sut.run(model, op);
    model.perform(op);
  }
}

}  // namespace

std::uint64_t run_rc_state(const model::World& world, int traces, int length) {
  const Model start(world);
  Sut sut(world);
  const auto property = [&] {
    sut.reset();
    // A sequence has 1 to size + 1 commands.
    const auto commands =
        *rc::gen::resize(2 * length, rc::state::gen::commands(start, any_command()));
    rc::state::runAll(commands, start, sut);
    Model end = start;
    rc::state::applyAll(commands, end);
    run_ending(sut, end);
  };
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = traces;
  Silence silence;
  const auto result =
      rc::detail::checkProperty(rc::detail::toProperty(property), {}, params, silence, {});
  if (!result.is<rc::detail::SuccessResult>()) {
    throw std::runtime_error("bench: rc::state found a failure");
  }
  return sut.checked();
}

}  // namespace cow::props::bench
