#include "props/subjects/xv6/foreseen.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/subjects/linux/request.h"

namespace cow::props::xv6 {
namespace {

TEST(Xv6Script, AStepUnpacksAsItWas) {
  cowagent_request r{};
  r.kind = COWAGENT_WRITE;
  r.proc = 3;
  r.child = COWXV6_SUPERVISOR;
  r.value = 0xfe;
  r.page = 127, r.count = 128, r.length = 8192, r.to = 0xffffffff;
  std::uint8_t step[2 * COWXV6_STEP] = {};
  const auto length = cowxv6_put_step(r, step);
  EXPECT_LE(length, std::uint32_t{COWXV6_STEP});
  cowagent_request back{};
  EXPECT_EQ(cowxv6_get_step(step, &back), length);
  EXPECT_EQ(back.kind, r.kind);
  EXPECT_EQ(back.proc, r.proc);
  EXPECT_EQ(back.child, r.child);
  EXPECT_EQ(back.value, r.value);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(*cowxv6_number(&back, i), *cowxv6_number(&r, i));
}

TEST(Xv6Script, APieceOfAnyLengthArrivesAsItWas) {
  for (std::uint32_t length = 0; length <= COWXV6_PIECE; ++length) {
    std::uint8_t bytes[COWXV6_PIECE], raw[COWXV6_LINE];
    for (std::uint32_t i = 0; i < COWXV6_PIECE; ++i) bytes[i] = static_cast<std::uint8_t>(37 * i);
    char line[COWXV6_LINE];
    auto end = cowxv6_to_piece(COWXV6_MORE, 200, bytes, length, line);
    ASSERT_LE(end, std::uint32_t{COWXV6_LINE});
    EXPECT_EQ(end % COWXV6_BATCH, 0U);
    while (line[end - 1] <= ' ') --end;
    ASSERT_EQ(cowxv6_from_piece(line, end, raw), length + 3) << length;
    EXPECT_EQ(raw[0], 200);
    EXPECT_EQ(std::memcmp(raw + 3, bytes, length), 0) << length;
    for (std::uint32_t i = 0; i < end; ++i) {
      line[i] ^= 1;
      EXPECT_EQ(cowxv6_from_piece(line, end, raw), 0U) << length << " " << i;
      line[i] ^= 1;
    }
  }
}

/// The script and the sum of a trace, of whose stores all processes see the first two pages.
std::pair<std::vector<std::uint8_t>, std::uint64_t> foreseen(const char* text) {
  const auto trace = model::parse(text).trace;
  Foreseen foreseen(trace.world);
  for (const auto& op : trace.ops) {
    foreseen.expect(op);
    auto request = live::request_of(op);
    if (op.kind == model::Kind::fork) foreseen.fork(op.proc, op.child);
    if (op.kind == model::Kind::exit) foreseen.exit(op.proc);
    if (op.kind == model::Kind::fork || op.kind == model::Kind::exit) continue;
    const bool store = model::is_store(op.kind);
    if (store) request.page = 0, request.count = 2, request.to = 1;
    foreseen.ask(op.proc, request);
    if (store) EXPECT_EQ(foreseen.next_reply().bytes.size(), 32U);
  }
  foreseen.end();
  return {foreseen.script(), foreseen.sum()};
}

TEST(Xv6Script, EveryAnswerIsInTheSum) {
  const std::string begin = "P0 map p0 2 private write\n";
  const auto all = [&](const char* rest) { return foreseen((begin + rest).c_str()); };
  const auto plain = all("P0 write p0 1 0x01\nP0 exit\n");
  EXPECT_EQ(plain, all("P0 write p0 1 0x01\nP0 exit\n"));
  EXPECT_NE(plain.second, all("P0 write p0 1 0x02\nP0 exit\n").second);
  EXPECT_NE(plain.second, all("P0 write p2 1 0x01\nP0 exit\n").second);
  EXPECT_NE(all("P0 read p0 1\n").second, all("P0 read p0 2\n").second);
  EXPECT_NE(all("P0 read p0 1\n").second, all("P0 read p2 1\n").second);
}

/// Whom does each step of a kind name beside who acts?
TEST(Xv6Script, AnExitIsAnsweredByWhoeverWaitsForIt) {
  const auto script =
      foreseen("P0 fork P1\nP1 fork P2\nP2 exit\nP1 fork P2\nP1 exit\nP2 exit\nP0 exit\n").first;
  auto bytes = script;
  bytes.resize(bytes.size() + COWXV6_STEP);
  std::string told;
  for (std::uint32_t at = 0; at < script.size();) {
    cowagent_request r{};
    at += cowxv6_get_step(bytes.data() + at, &r);
    if (r.kind == COWAGENT_EXIT)
      told += " " + std::to_string(r.proc) + "-" + std::to_string(r.child);
  }
  EXPECT_EQ(told, " 2-1 1-0 2-255 0-255");
}

}  // namespace
}  // namespace cow::props::xv6
