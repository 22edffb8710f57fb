#include "props/subjects/xv6/console.h"

#include <cstring>
#include <gtest/gtest.h>
#include <numeric>

namespace cow::props::xv6 {
namespace {

cowagent_request sample() {
  return {COWAGENT_WRITE, 3, 0, 0, 0, 0, 0, 0, 0xfe, 0x42, 7, 2, 4095, 260, 5};
}

std::string line_of(const cowagent_request& r) {
  char line[COWXV6_LINE];
  return {line, cowxv6_to_line(&r, line)};
}

/// The line as the agent takes it: without the white space at its end.
bool decodes(std::string line, cowagent_request& r) {
  while (!line.empty() && line.back() <= ' ') line.pop_back();
  std::uint8_t frame[COWAGENT_REQUEST_BYTES];
  cowxv6_from_line(line.data(), static_cast<std::uint32_t>(line.size()), frame);
  return cowagent_decode_request(frame, &r) != 0;
}

std::string reply_of(std::uint16_t sequence, const std::vector<std::uint8_t>& bytes) {
  const cowagent_reply reply{COWAGENT_OK, sequence, static_cast<std::uint32_t>(bytes.size()), 9,
                             bytes.data()};
  std::uint8_t head[COWAGENT_REPLY_BYTES];
  cowagent_encode_reply(&reply, 0, head);
  std::string line(2 * (COWAGENT_REPLY_BYTES + bytes.size()), ' ');
  auto end = cowxv6_pack(head, COWAGENT_REPLY_BYTES, line.data());
  end += cowxv6_pack(bytes.data(), reply.length, line.data() + end);
  return line.substr(0, end) + "\n";
}

std::string piece_of(const std::vector<std::uint8_t>& bytes) {
  char line[COWXV6_LINE];
  return {line, cowxv6_to_piece(COWXV6_LAST, 7, bytes.data(),
                                static_cast<std::uint32_t>(bytes.size()), line)};
}

TEST(Xv6Console, ARequestArrivesAsItWas) {
  const auto line = line_of(sample());
  EXPECT_EQ(line.size() % COWXV6_BATCH, 0U);
  EXPECT_LE(line.size(), std::size_t{COWXV6_LINE});
  cowagent_request r{};
  ASSERT_TRUE(decodes(line, r));
  EXPECT_EQ(line_of(r), line);
  EXPECT_EQ(r.page, 7U);
  EXPECT_EQ(r.length, 260U);
}

TEST(Xv6Console, TheLongestRequestFitsIntoALine) {
  cowagent_request r{};
  std::memset(&r, 0x11, sizeof r);
  EXPECT_LE(line_of(r).size(), std::size_t{COWXV6_LINE});
}

TEST(Xv6Console, AChangedCharacterIsNoticed) {
  const auto line = line_of(sample());
  for (std::size_t i = 0; line[i] != ' '; ++i) {
    auto changed = line;
    changed[i] = changed[i] == '7' ? '8' : '7';
    cowagent_request r{};
    EXPECT_FALSE(decodes(changed, r) && line_of(r) != changed) << i;
  }
}

TEST(Xv6Console, BytesUnpackAsTheyWere) {
  std::vector<std::uint8_t> bytes(100);
  std::iota(bytes.begin() + 30, bytes.begin() + 60, std::uint8_t{250});
  std::string line(200, ' ');
  const auto length = cowxv6_pack(bytes.data(), 100, line.data());
  EXPECT_LT(length, 80U);
  std::vector<std::uint8_t> back(100, 1);
  EXPECT_EQ(cowxv6_unpack(line.data(), length, back.data(), 100), 100U);
  EXPECT_EQ(back, bytes);
  EXPECT_EQ(cowxv6_unpack(line.data(), length, back.data(), 99), 0U);
  EXPECT_EQ(cowxv6_unpack("0$", 2, back.data(), 100), 0U);
}

TEST(Xv6Console, FindsRepliesAmongNoiseAndEchoes) {
  Console console;
  console.take("\nxv6 kernel is booting\n\n" + line_of(sample()) + piece_of({1, 2, 3}) +
               "hart 1 st");
  console.take("arting\nnoise3c" + reply_of(5, {1, 0, 2}) + reply_of(5, {}));
  EXPECT_FALSE(console.reply(4).answered);
  const auto first = console.reply(5);
  ASSERT_TRUE(first.answered);
  EXPECT_EQ(first.detail, 9U);
  EXPECT_EQ(first.bytes, (std::vector<std::uint8_t>{1, 0, 2}));
  EXPECT_TRUE(console.reply(5).bytes.empty());
  EXPECT_FALSE(console.reply(5).answered);
  EXPECT_EQ(console.words(),
            (std::vector<std::string>{"xv6 kernel is booting", "hart 1 starting"}));
}

TEST(Xv6Console, ADamagedReplyIsNone) {
  Console console;
  auto line = reply_of(5, {1, 2, 3});
  line[line.size() - 2] ^= 1;
  console.take(line);
  EXPECT_FALSE(console.reply(5).answered);
}

TEST(Xv6Console, KnowsWhetherAllSleep) {
  Console console;
  console.take("\n1 sleep  init\n3 sleep  init\n4 zombie init\nand so on\n");
  EXPECT_TRUE(console.all_sleep());
  console.take("\n5 run    init\n");
  EXPECT_FALSE(console.all_sleep());
}

TEST(Xv6Console, KnowsWhoLivesAndWhetherTheKernelPanicked) {
  Console console;
  console.take("\n1 sleep  init\n3 sleep  init\n4 zombie init\n");
  EXPECT_TRUE(console.has_list());
  EXPECT_TRUE(console.lists(3));
  EXPECT_FALSE(console.lists(4));
  EXPECT_FALSE(console.lists(5));
  EXPECT_EQ(console.panic(), "");
  console.take("panic: uvmunmap: not mapped\n");
  EXPECT_EQ(console.panic(), "panic: uvmunmap: not mapped");
}

}  // namespace
}  // namespace cow::props::xv6
