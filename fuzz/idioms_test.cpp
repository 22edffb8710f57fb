#include "fuzz/idioms.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "model/trace_text.h"
#include "props/draw/draw.h"
#include "props/subjects/registry.h"

namespace cow::fuzz {
namespace {

TEST(Idioms, have_different_names) {
  std::set<std::string_view> names;
  for (const auto& idiom : idioms()) names.insert(idiom.name);
  EXPECT_EQ(names.size(), idioms().size());
}

TEST(Idioms, each_share_something_or_change_protections_and_mostly_succeed) {
  for (const auto& idiom : idioms()) {
    int total = 0, succeeded = 0, telling = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      model::Reference now((model::World()));
      props::Random random(seed);
      Scene scene(now, random);
      for (const auto& op : idiom.tell(scene)) {
        ++total;
        const bool ok = now.perform(op).status == model::Status::ok;
        succeeded += ok ? 1 : 0;
        const bool tells = model::begets(op.kind) || op.kind == model::Kind::merge ||
                           op.kind == model::Kind::protect;
        telling += ok && tells ? 1 : 0;
      }
    }
    EXPECT_GE(succeeded * 10, total * 6) << idiom.name;
    EXPECT_GE(telling, 50) << idiom.name;
  }
}

TEST(Idioms, hold_on_the_embedded_subject_wherever_they_are_told) {
  const model::World world;
  const auto session = props::open_session("embedded", world);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    model::Reference now(world);
    props::Random random(seed);
    props::Draw draw(world, seed);
    model::Trace trace{world, {}};
    for (auto left = seed % 30; left > 0 && now.living() > 0; --left) {
      trace.ops.push_back(draw.next(now));
      now.perform(trace.ops.back());
    }
    const auto ops = draw_idiom(now, random);
    trace.ops.insert(trace.ops.end(), ops.begin(), ops.end());
    const auto failure = props::run_trace(*session, trace);
    EXPECT_FALSE(failure) << model::print(model::TraceText{trace, {}, {}});
  }
}

}  // namespace
}  // namespace cow::fuzz
