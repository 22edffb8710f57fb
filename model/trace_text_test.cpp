#include "model/trace_text.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "model/test_traces.h"

namespace cow::model {
namespace {

/// "line: message" of the error, or "accepted".
std::string complaint_about(std::string_view text) {
  try {
    parse(text);
  } catch (const TraceError& error) {
    return std::to_string(error.line) + ": " + error.what();
  }
  return "accepted";
}

/// The operation that one line says, in the default tiny world.
Op op_of(std::string_view line) { return parse(line).trace.ops.at(0); }

constexpr std::string_view example =
    "# Found by hand.\n"
    "#\n"
    "# Two lines.\n"
    "world tiny procs=3 cpus=2 pages=24 frames=64 huge=copy\n"
    "P0 map p4 2 private write huge\n"
    "P0 map p8 1 shared none\n"
    "P0 protect p4 1 read\n"
    "P0 unmap p4 2\n"
    "P0 write p4+3 8 0x61\n"
    "P0@1 read p4 8\n"
    "P0 fork P1 oom@2\n"
    "P1 exec\n"
    "P2 exit\n"
    "! isolation\n";

TEST(TraceText, ExampleIsCanonical) { EXPECT_EQ(print(parse(example)), example); }

TEST(TraceText, ExampleMeansWhatItSays) {
  const TraceText text = parse(example);
  EXPECT_EQ(text.heading, "# Found by hand.\n#\n# Two lines.");
  EXPECT_EQ(text.verdict, "isolation");
  EXPECT_EQ(text.trace.world, (World{Geometry::tiny, HugeCow::copy, 3, 2, 24, 64}));
  ASSERT_EQ(text.trace.ops.size(), 9U);
  const Op map{.kind = Kind::map, .access = Access::write, .huge = true, .page = 4, .count = 2};
  EXPECT_EQ(text.trace.ops[0], map);
  const Op write{.kind = Kind::write, .value = 0x61, .page = 4, .offset = 3, .length = 8};
  EXPECT_EQ(text.trace.ops[4], write);
  const Op read{.kind = Kind::read, .cpu = 1, .page = 4, .length = 8};
  EXPECT_EQ(text.trace.ops[5], read);
  const Op fork{.kind = Kind::fork, .child = 1, .oom = 2};
  EXPECT_EQ(text.trace.ops[6], fork);
}

TEST(TraceText, TheForkPolicyIsLeftOutWhereItIsTheUsualOne) {
  EXPECT_EQ(print(World{}).find("fork"), std::string::npos);
  for (const auto fork : {Fork::on_demand, Fork::eager}) {
    TraceText text = parse("P0 exit\n");
    text.trace.world.fork = fork;
    EXPECT_EQ(parse(print(text)).trace.world, text.trace.world) << name(fork);
  }
}

TEST(TraceText, RoundTripOfRandomTraces) {
  TestRandom random(1);
  for (int i = 0; i < 2000; ++i) {
    TraceText text{random_trace(random, 1 + random.below(40)), "", ""};
    if (random.below(2) == 0) text.verdict = "sole-writer";
    if (random.below(2) == 0) text.heading = "# a heading\n#of two lines";
    const std::string file = print(text);
    ASSERT_EQ(parse(file), text) << file;
    ASSERT_EQ(print(parse(file)), file);
  }
}

TEST(TraceText, WorldAndItsKeysMayLack) {
  EXPECT_EQ(parse("P0 exit").trace.world, World{});
  EXPECT_EQ(parse("world tiny\nP0 exit").trace.world, World{});
  EXPECT_EQ(parse("world x86-64\nP0 exit").trace.world, default_world(Geometry::x86_64));
  World world = default_world(Geometry::x86_64);
  world.cpus = 8;
  EXPECT_EQ(parse("world x86-64 cpus=8\nP0 exit").trace.world, world);
}

TEST(TraceText, ToleratesBlanksCommentsAndLineEnds) {
  const Op exit{.kind = Kind::exit};
  EXPECT_EQ(op_of("P0 exit"), exit);
  EXPECT_EQ(op_of(" \tP0 \t exit\t \n"), exit);
  EXPECT_EQ(op_of("\r\nP0 exit\r\n\r\n"), exit);
  EXPECT_EQ(op_of("P0 exit\r"), exit);
  EXPECT_EQ(op_of("P0 exit# gone"), exit);
  const TraceText text =
      parse("  # one \r\nworld tiny # two\n# three\nP0 exit\n# four\n! pass # x\n#");
  EXPECT_EQ(text.heading, "# one\n# three");
  EXPECT_EQ(text.verdict, "pass");
}

TEST(TraceText, AcceptsWhatIsRefusedOnlyAtRunTime) {
  EXPECT_EQ(op_of("P0 map p15 4294967295 private none").count, 4294967295U);
  EXPECT_EQ(op_of("P0 unmap p15 0").count, 0U);
  EXPECT_EQ(op_of("P0 read p15+15 4294967295").length, 4294967295U);
}

TEST(TraceText, EveryKindHasItsWords) {
  for (const std::string line :
       {"P0 remap p0 4 p8", "P1 dontneed p2 1 oom@1", "P0 advise p0 4 wipeonfork",
        "P0@1 pin d1 p3 write", "P0 unpin d1", "P0 device-read d0+3 4",
        "P0 device-write d1 16 0x61", "P0 pageout p0 4", "P1 swapoff"}) {
    EXPECT_EQ(print(op_of(line)), line);
  }
  EXPECT_EQ(complaint_about("P0 pin p0 read"), "1: \"p0\" should be d and a number, like d0");
  EXPECT_EQ(complaint_about("P0 unpin d2"), "1: d2: this world has pins d0 to d1");
  EXPECT_EQ(complaint_about("P0 advise p0 1 mergeable"),
            "1: \"mergeable\" is not dontfork, dofork, wipeonfork or keeponfork");
}

TEST(TraceText, ValuesAreDecimalOrHexadecimal) {
  EXPECT_EQ(op_of("P0 write p0 1 255").value, 255);
  EXPECT_EQ(op_of("P0 write p0 1 010").value, 10);
  EXPECT_EQ(op_of("P0 write p0 1 0xfF").value, 255);
  EXPECT_EQ(op_of("P0 write p0 1 0x0").value, 0);
  for (const char* word :
       {"256", "0x100", "0x1g", "0x", "0xg", "0x-1", "-1", "+1", "1.0", "x1", "0X1"}) {
    EXPECT_TRUE(complaint_about(std::string("P0 write p0 1 ") + word).starts_with("1: value: "))
        << word;
  }
}

struct Bad {
  std::string_view text;
  std::string_view error;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.text; }

class TraceTextBad : public testing::TestWithParam<Bad> {};

TEST_P(TraceTextBad, NamesThePlaceAndTheReason) {
  EXPECT_EQ(complaint_about(GetParam().text), GetParam().error);
}

constexpr std::string_view no_operation =
    "0: no operation: a trace needs a line such as \"P0 map p0 4 private write\"";

INSTANTIATE_TEST_SUITE_P(
    Whole, TraceTextBad,
    testing::Values(Bad{"", no_operation}, Bad{"\n\n", no_operation}, Bad{"# only\n", no_operation},
                    Bad{"world tiny\n", no_operation}, Bad{"! pass\n", no_operation},
                    Bad{{"P0 exit\n#\0", 10}, "2: a NUL byte: this is not a text file"},
                    Bad{"P0 exit\nfoo",
                        "2: unknown word \"foo\": a line starts with a process such as P0, "
                        "\"world\", \"!\" or \"#\""},
                    Bad{"\x7f"
                        "ELF\x02\r",
                        "1: unknown word \"\\x7fELF\\x02\": a line starts with a process "
                        "such as P0, \"world\", \"!\" or \"#\""},
                    Bad{"P0 exit\n!",
                        "2: the line ends where the verdict, a law or \"pass\", should stand"},
                    Bad{"P0 exit\n! a b", "2: \"b\" is one word too many"},
                    Bad{"P0 exit\n! a\nP0 exit", "3: nothing may follow the verdict"},
                    Bad{"P0 exit\n! a\n! b", "3: nothing may follow the verdict"}));

INSTANTIATE_TEST_SUITE_P(
    Worlds, TraceTextBad,
    testing::Values(
        Bad{"world", "1: the line ends where the geometry, tiny or x86-64, should stand"},
        Bad{"world huge", "1: unknown geometry \"huge\": tiny or x86-64"},
        Bad{"world tiny\nworld tiny", "2: a second world"},
        Bad{"P0 exit\nworld tiny", "2: the world must stand before the first operation"},
        Bad{"world tiny procs=2 procs=2", "1: \"procs=2\": the key was given before"},
        Bad{"world tiny cats=2",
            "1: unknown word \"cats=2\": procs=, cpus=, pages=, frames=, pool=, "
            "count-bits=, cpu-pool=, asid=, nodes=, zswap=, huge=, zero=, fork= or flush="},
        Bad{"world tiny procs",
            "1: unknown word \"procs\": procs=, cpus=, pages=, frames=, pool=, "
            "count-bits=, cpu-pool=, asid=, nodes=, zswap=, huge=, zero=, fork= or flush="},
        Bad{"world tiny procs=", "1: procs: \"\" is not a decimal number"},
        Bad{"world tiny frames=99999999999", "1: frames: 99999999999 is not 0 to 4294967295"},
        Bad{"world tiny procs=17", "1: procs must be 1 to 16"},
        Bad{"world tiny pages=12", "1: pages must be a multiple of 8, 8 to 64"},
        Bad{"world tiny fork=no", "1: fork: \"no\" is not classic, ondemand or eager"},
        Bad{"world tiny huge=big", "1: huge: \"big\" is not split or copy"},
        Bad{"world tiny count-bits=1", "1: count-bits must be 0 or 2 to 16"},
        Bad{"world tiny cpu-pool=17", "1: cpu-pool must be 0 to 16"},
        Bad{"world tiny zswap=17", "1: zswap must be 0 to 16"},
        Bad{"world tiny nodes=0", "1: nodes must be 1 to 4"},
        Bad{"world tiny asid=9", "1: asid must be 0 to 8"},
        Bad{"world tiny flush=never", "1: flush: \"never\" is not page or batched"},
        Bad{"world tiny zero=1", "1: zero: \"1\" is not frame or page"}));

INSTANTIATE_TEST_SUITE_P(
    Operations, TraceTextBad,
    testing::Values(
        Bad{"P7 exit", "1: P7: this world has processes P0 to P3"},
        Bad{"world tiny procs=1\nP1 exit", "2: P1: this world has only P0"},
        Bad{"P99999999999 exit", "1: P99999999999: this world has processes P0 to P3"},
        Bad{"P exit", "1: \"P\" should be P and a number, like P0"},
        Bad{"P-1 exit", "1: \"P-1\" should be P and a number, like P0"},
        Bad{"P0x exit", "1: \"P0x\" should be P and a number, like P0"},
        Bad{"P0@2 read p0 1", "1: @2: this world has CPUs @0 to @1"},
        Bad{"P0@ read p0 1", "1: \"@\" should be @ and a number, like @0"},
        Bad{"P0@1 exit", "1: only reads, writes and pins name a CPU"},
        Bad{"P0", "1: the line ends where an operation should stand"},
        Bad{"P0 mmap",
            "1: unknown operation \"mmap\": map, unmap, protect, remap, dontneed, advise, "
            "pageout, swapoff, read, write, kernel-read, kernel-write, force-write, pin, unpin, "
            "device-read, device-write, fork, exec, exit, split, collapse, migrate, compact, "
            "merge, "
            "unmerge, free, wp, unwp, guard, unguard, clear-refs, vfork or wait"},
        Bad{"P0 exit now", "1: \"now\" is one word too many"},
        Bad{"P0 exit huge", "1: \"huge\" is one word too many"},
        Bad{"P0 exit oom@1 oom@2", "1: \"oom@2\" is one word too many"},
        Bad{"P0 exit oom@0", "1: oom@: 0 is not 1 to 255"},
        Bad{"P0 exit oom@256", "1: oom@: 256 is not 1 to 255"},
        Bad{"P0 exit oom@", "1: oom@: \"\" is not a decimal number"},
        Bad{"P0 fork", "1: the line ends where the child, such as P1, should stand"},
        Bad{"P0 fork P4", "1: P4: this world has processes P0 to P3"}));

INSTANTIATE_TEST_SUITE_P(
    Ranges, TraceTextBad,
    testing::Values(
        Bad{"P0 map", "1: the line ends where the first page, such as p0, should stand"},
        Bad{"P0 map p16 1", "1: p16: this world has pages p0 to p15"},
        Bad{"P0 map p1+2 1", "1: \"p1+2\" should be p and a number, like p0"},
        Bad{"P0 map p1", "1: the line ends where the number of pages should stand"},
        Bad{"P0 map p1 x", "1: count: \"x\" is not a decimal number"},
        Bad{"P0 unmap p1 4294967296", "1: count: 4294967296 is not 0 to 4294967295"},
        Bad{"P0 map p1 1 public write", "1: \"public\" is not private or shared"},
        Bad{"P0 map p1 1 shared", "1: the line ends where none, read or write should stand"},
        Bad{"P0 protect p1 1 exec", "1: \"exec\" is not none, read or write"},
        Bad{"P0 read p0+16 1", "1: offset: 16 is not 0 to 15"},
        Bad{"P0 read p0+ 1", "1: offset: \"\" is not a decimal number"},
        Bad{"P0 read p0+1", "1: the line ends where the number of bytes should stand"},
        Bad{"P0 write p0 1", "1: the line ends where the value, such as 0x61, should stand"}));

TEST(TraceText, BoundsTheLength) {
  const std::string longest = "#" + std::string(max_line - 1, 'x');
  EXPECT_EQ(complaint_about("P0 exit\n" + longest), "accepted");
  EXPECT_EQ(complaint_about("P0 exit\n" + longest + "\r\n"), "accepted");
  EXPECT_EQ(complaint_about("P0 exit\n" + longest + "x\nP"),
            "2: the line is longer than 1000 bytes");
  EXPECT_EQ(complaint_about("P0 exit\n" + longest + "xxx"),
            "2: the line is longer than 1000 bytes");
}

TEST(TraceText, BoundsTheNumberOfOperations) {
  std::string text;
  for (std::size_t i = 0; i < max_ops; ++i) text += "P0 exit\n";
  EXPECT_EQ(parse(text).trace.ops.size(), max_ops);
  EXPECT_EQ(complaint_about(text + "P0 exit\n"), "1000001: more than 1000000 operations");
}

// Mutated text must be refused with a printable line or be a trace that survives a round trip.
TEST(TraceText, NoiseIsRefusedOrUnderstood) {
  TestRandom random(2);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text(example);
    for (std::uint32_t k = random.below(4); k > 0; --k) {
      const std::uint32_t at = random.below(static_cast<std::uint32_t>(text.size()));
      text.replace(at, random.below(3), 1, static_cast<char>(random.byte_below(256)));
    }
    try {
      const TraceText read = parse(text);
      ASSERT_EQ(parse(print(read)), read) << text;
      ++accepted;
    } catch (const TraceError& error) {
      const std::string_view what = error.what();
      ASSERT_TRUE(std::ranges::all_of(what, [](char c) { return c >= ' ' && c <= '~'; })) << what;
    }
  }
  EXPECT_GT(accepted, 5000);
  EXPECT_LT(accepted, 15000);
}

TEST(TraceText, PureNoiseFailsAtOnce) {
  TestRandom random(3);
  std::string noise(std::size_t{100} << 20, '\0');
  for (std::size_t i = 0; i < 4096; ++i) noise[i] = static_cast<char>(random.byte_below(256));
  EXPECT_TRUE(complaint_about(noise).starts_with("1: "));
  std::fill(noise.begin(), noise.end(), 'x');
  EXPECT_EQ(complaint_about(noise), "1: the line is longer than 1000 bytes");
}

}  // namespace
}  // namespace cow::model
