#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "impl/agent/cowcheck_agent.h"

namespace {

cowagent_request sample() {
  return {COWAGENT_REMAP, 1, 2, 3, 1, 2, 3, 1, 0xfe, 0x1234, 0x01020304, 5, 6, 7, 0xfffffffe};
}

using Frame = std::array<std::uint8_t, COWAGENT_REQUEST_BYTES>;

Frame encoded(const cowagent_request& r) {
  Frame frame{};
  cowagent_encode_request(&r, frame.data());
  return frame;
}

TEST(Agent, ARequestArrivesAsItWas) {
  const auto frame = encoded(sample());
  cowagent_request r{};
  ASSERT_TRUE(cowagent_decode_request(frame.data(), &r));
  EXPECT_EQ(encoded(r), frame);
  EXPECT_EQ(r.value, 0xfe);
  EXPECT_EQ(r.sequence, 0x1234);
  EXPECT_EQ(r.page, 0x01020304U);
  EXPECT_EQ(r.to, 0xfffffffeU);
}

TEST(Agent, AChangedByteIsNoticed) {
  for (std::size_t i = 0; i < COWAGENT_REQUEST_BYTES; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto frame = encoded(sample());
      frame[i] = static_cast<std::uint8_t>(frame[i] ^ 1 << bit);
      cowagent_request r{};
      EXPECT_FALSE(cowagent_decode_request(frame.data(), &r)) << i;
    }
  }
}

TEST(Agent, AReplyIsWholeOnlyWithItsBytes) {
  std::array<std::uint8_t, 5> bytes{1, 2, 3, 4, 5};
  const cowagent_reply reply{COWAGENT_OK, 7, 5, 9, bytes.data()};
  std::array<std::uint8_t, COWAGENT_REPLY_BYTES> head{};
  cowagent_encode_reply(&reply, 0, head.data());
  cowagent_reply got{};
  ASSERT_TRUE(cowagent_decode_reply(head.data(), &got));
  EXPECT_EQ(got.length, 5U);
  EXPECT_EQ(got.detail, 9U);
  got.bytes = bytes.data();
  EXPECT_TRUE(cowagent_reply_is_whole(head.data(), &got, 0));
  std::swap(bytes[1], bytes[3]);
  EXPECT_FALSE(cowagent_reply_is_whole(head.data(), &got, 0));
}

TEST(Agent, ARangeIsCutWherePagesEnd) {
  cowagent_request r{};
  r.page = 3;
  r.offset = 14;
  r.length = 20;
  std::vector<std::array<std::uint32_t, 4>> cuts;
  cowagent_piece piece{};
  while (cowagent_next_piece(&r, 16, &piece))
    cuts.push_back({piece.page, piece.offset, piece.length, piece.first});
  const decltype(cuts) want = {{3, 14, 2, 0}, {4, 0, 16, 2}, {5, 0, 2, 18}};
  EXPECT_EQ(cuts, want);
}

TEST(Agent, HexadecimalComesBackAndNothingElseDoes) {
  const auto frame = encoded(sample());
  std::array<char, 2 * COWAGENT_REQUEST_BYTES> text{};
  cowagent_to_hex(frame.data(), COWAGENT_REQUEST_BYTES, text.data());
  Frame back{};
  ASSERT_TRUE(cowagent_from_hex(text.data(), COWAGENT_REQUEST_BYTES, back.data()));
  EXPECT_EQ(back, frame);
  text[5] = 'x';
  EXPECT_FALSE(cowagent_from_hex(text.data(), COWAGENT_REQUEST_BYTES, back.data()));
}

/// An agent in this process, whose requests are a list.
struct Script {
  std::vector<Frame> requests;
  std::vector<cowagent_reply> replies;
  std::vector<std::vector<std::uint8_t>> bytes;
  std::size_t next = 0;
};

int receive(void* self, std::uint8_t* to) {
  auto& script = *static_cast<Script*>(self);
  if (script.next == script.requests.size()) return 0;
  std::copy_n(script.requests[script.next++].begin(), COWAGENT_REQUEST_BYTES, to);
  return 1;
}

void send(void* self, const std::uint8_t* head, const cowagent_reply* reply) {
  auto& script = *static_cast<Script*>(self);
  cowagent_reply got{};
  EXPECT_TRUE(cowagent_decode_reply(head, &got));
  script.replies.push_back(got);
  script.bytes.emplace_back(reply->bytes, reply->bytes + reply->length);
}

int perform(void*, const cowagent_request* request, cowagent_reply* reply) {
  reply->status = COWAGENT_NOT_MAPPED;
  return request->kind == COWAGENT_EXIT ? 0 : 1;
}

TEST(Agent, ServesHelloRefusesNoiseAndIsSilentWhereThereIsNoAnswer) {
  Script script;
  auto request = sample();
  request.kind = COWAGENT_HELLO;
  script.requests.push_back(encoded(request));
  script.requests.push_back(Frame{});
  request.kind = COWAGENT_EXIT;
  script.requests.push_back(encoded(request));
  request.kind = COWAGENT_UNMAP;
  script.requests.push_back(encoded(request));
  const cowagent agent{&script, 0, {COWAGENT_VERSION, 16, 8, 4, 0xff}, receive, send, perform};
  cowagent_serve(&agent);
  ASSERT_EQ(script.replies.size(), 3U);
  cowagent_hello hello{};
  ASSERT_EQ(script.bytes[0].size(), std::size_t{COWAGENT_HELLO_BYTES});
  cowagent_decode_hello(script.bytes[0].data(), &hello);
  EXPECT_EQ(hello.kinds, 0xffU);
  EXPECT_EQ(script.replies[1].status, COWAGENT_GARBLED);
  EXPECT_EQ(script.replies[2].status, COWAGENT_NOT_MAPPED);
  EXPECT_EQ(script.replies[2].sequence, 0x1234);
}

/// -1 when there is no such compiler.
int compile(const std::string& compiler, const std::string& flags) {
  const auto name = compiler.substr(0, compiler.find(' '));
  if (std::system(("command -v " + name + " >/dev/null").c_str()) != 0) return -1;
  const auto command =
      "echo '#include \"impl/agent/cowcheck_agent.h\"\nvoid f(struct cowagent* a) "
      "{ cowagent_serve(a); }' | " +
      compiler + " " + flags + " -x c - -I'" COWCHECK_SOURCE_DIR "' -c -o /dev/null";
  return std::system(command.c_str());
}

const std::string freestanding =
    "-ffreestanding -nostdlib -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror";

TEST(AgentHeader, CompilesFreestanding) { EXPECT_EQ(compile("cc", freestanding), 0); }

TEST(AgentHeader, CompilesFor32Bits) {
  const int status = compile("gcc", "-m32 " + freestanding);
  if (status < 0) GTEST_SKIP() << "there is no gcc";
  EXPECT_EQ(status, 0);
}

TEST(AgentHeader, CompilesForRiscV) {
  const int status = compile("riscv64-linux-gnu-gcc", freestanding);
  if (status < 0) GTEST_SKIP() << "there is no riscv64-linux-gnu-gcc";
  EXPECT_EQ(status, 0);
}

}  // namespace
