#include "props/run/random_batch.h"

#include <rapidcheck.h>

#include "props/draw/draw.h"
#include "props/lockstep/passed_memory.h"

namespace cow::props {

std::optional<Failure> run_drawn(Session& session, const model::World& world, std::uint64_t seed,
                                 Recorder& recorder, std::uint64_t number) {
  Draw draw(world, seed, known_kinds(session));
  const auto length = Random(seed ^ 0x1e57).between(10, 120);
  recorder.begin(world, number);
  session.reset();
  const auto& reference = session.reference();
  for (std::uint32_t i = 0; i < length && reference.living() > 0; ++i) {
    const model::Op op = session.adapt(draw.next(reference));
    if (!session.supports(op)) continue;
    recorder.add(op);
    if (!session.step(op)) return session.failure();
  }
  if (!session.look_at_everything()) return session.failure();
  model::Op op;
  op.kind = model::Kind::exit;
  for (std::uint32_t exits = 0; exits < world.procs; ++exits) {
    const auto process = who_can_exit(reference);
    if (!process) break;
    op.proc = *process;
    recorder.add(op);
    if (!session.step(op)) return session.failure();
  }
  return std::nullopt;
}

namespace {

/// RapidCheck's own integers grow with the size of the test; a seed must not.
rc::Gen<std::uint64_t> any_seed() {
  return
      [](const rc::Random& random, int) { return rc::shrinkable::just(rc::Random(random).next()); };
}

/// RapidCheck reports through the recorder only.
struct Silent final : rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

}  // namespace

bool run_batch(SessionPool& pool, const RandomOptions& options, std::uint64_t batch,
               Recorder& recorder, const std::function<bool()>& expired) {
  std::uint64_t number = batch * traces_per_batch;
  const auto end = options.traces == 0 ? ~std::uint64_t{0} : options.traces;
  bool failed = false;  // RapidCheck runs a failing case again, which may be lucky then
  const auto property = [&] {
    if (failed) RC_FAIL("a law is broken");
    const std::uint64_t seed = *any_seed();
    if (number >= end || expired()) return;
    const auto world = options.vary_world ? draw_world(options.world, seed) : options.world;
    std::optional<Failure> failure;
    try {
      failure = run_drawn(pool.open(world), world, seed, recorder, number++);
    } catch (const std::exception& error) {  // RapidCheck would end the batch and tell nobody
      failure = Failure{Law::progress, Manner::crash, 0, {}, {{Law::progress, error.what()}}};
      const auto begun = recorder.trace().ops;
      if (!begun.empty()) failure->index = begun.size() - 1, failure->op = begun.back();
    }
    if (!failure) return;
    recorder.fail(*failure);
    failed = true;
    RC_FAIL("a law is broken");
  };
  rc::detail::TestParams params;
  params.seed = seed_of(options.seed, batch);
  params.maxSuccess = static_cast<int>(traces_per_batch);
  params.disableShrinking = true;  // props/shrink does that, guarded and a thousand times faster
  Silent silent;
  const auto result =
      rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params, silent);
  return !failed && result.template is<rc::detail::SuccessResult>();
}

}  // namespace cow::props
