#include "fuzz/trace_checks.h"

#include <gtest/gtest.h>

#include "model/test_traces.h"
#include "model/trace_text.h"

namespace cow::fuzz {
namespace {

TEST(TraceChecks, accept_texts_that_are_read_or_refused_as_they_should) {
  for (const std::string_view text :
       {"P0 fork P1\n", "world tiny procs=6 pages=8\nP5 read p7+15 99\n! isolation\n",
        "# a\n# b\r\nP0 map p0 4 shared none huge oom@3\r\n", "", "\n\n", "P0 fork", "P9 exit",
        "world huge\n", "P0 exec\0\n", "\xff\xfe", "! pass"}) {
    EXPECT_EQ(check_text(text), "") << text;
    EXPECT_EQ(check_bytes(text), "") << text;
  }
}

TEST(TraceChecks, accept_any_bytes) {
  model::TestRandom random(1);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random.below(300), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    EXPECT_EQ(check_bytes(bytes), "");
    EXPECT_EQ(check_text(bytes), "");
  }
}

TEST(TraceChecks, accept_any_trace) {
  model::TestRandom random(2);
  for (int i = 0; i < 300; ++i) {
    const model::Trace trace = model::random_trace(random, random.below(40));
    EXPECT_EQ(check_trace_formats(trace), "") << model::print(model::TraceText{trace, {}, {}});
  }
}

TEST(TraceChecks, find_a_trace_that_text_cannot_say) {
  model::Trace trace{{}, {{}}};
  trace.ops[0].kind = model::Kind::exit;
  trace.ops[0].page = 3;  // an exit has no page, so printing loses it
  EXPECT_EQ(check_trace_formats(trace), "after rescaling, print and parse change the trace");
  trace.ops[0] = {};
  trace.ops[0].proc = 9;  // not in the world, so parsing refuses it
  EXPECT_TRUE(check_trace_formats(trace).starts_with("after rescaling, what was printed is "))
      << check_trace_formats(trace);
}

}  // namespace
}  // namespace cow::fuzz
