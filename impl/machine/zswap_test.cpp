#include <fmt/format.h>

#include "impl/machine/listing.h"
#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Event;
using kernel::Status;

/// One page of pool, eight pages of P0. A page that begins with one byte and is zero from there on
/// takes 11 bytes of the 16, and three chunks of the four, so the pool has room for one.
struct ZswapTest : testing::Test {
  static Config config() {
    Config config;
    config.zswap = 1;
    return config;
  }
  void SetUp() override { ASSERT_EQ(lab.map(0, 0, 8), Status::ok); }

  /// `count` bytes of a page, one more than the other.
  void write(std::uint64_t page, std::uint64_t offset, std::uint8_t first, std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
    ASSERT_EQ(lab.system.write(0, 0, page * m.page_bytes + offset, bytes), Status::ok);
  }
  /// The page goes; answers where its bytes are.
  Home out(std::uint64_t page) {
    EXPECT_EQ(lab.system.pageout(0, page, 1), Status::ok);
    const auto entry = lab.walk(0, page).entry;
    EXPECT_TRUE(entry.swapped());
    return m.zswap_entry(entry.slot()).home;
  }
  std::string bytes(std::uint64_t page) {
    std::vector<std::uint8_t> read(m.page_bytes);
    EXPECT_EQ(lab.system.read(0, 0, page * m.page_bytes, read), Status::ok);
    return fmt::format("{}", fmt::join(read, " "));
  }

  Lab<Tiny> lab{config()};
  TestMachine<Tiny>& m = lab.m;
};

TEST_F(ZswapTest, KeepsOneWordOfAPageThatItFills) {
  write(0, 0, 1, 8), write(0, 8, 1, 8);
  EXPECT_EQ(out(0), Home::word);
  EXPECT_EQ(m.header().zswap_used, 0U);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(bytes(0), "1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8");
  EXPECT_EQ(lab.events(Event::zswap_same), 1U);
}

TEST_F(ZswapTest, CompressesWhatItCan) {
  write(0, 0, 7, 1);
  EXPECT_EQ(out(0), Home::pool);
  EXPECT_EQ(m.header().zswap_used, 3U);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(bytes(0), "7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
  EXPECT_EQ(m.header().zswap_used, 0U) << "nobody names the slot any more";
  EXPECT_EQ(lab.events(Event::zswap_out), 1U);
  EXPECT_EQ(lab.events(Event::zswap_in), 1U);
}

TEST_F(ZswapTest, LeavesTheRestToTheSlot) {
  write(0, 0, 1, 16);
  EXPECT_EQ(out(0), Home::slot);
  EXPECT_EQ(lab.events(Event::zswap_reject), 1U);
  EXPECT_EQ(lab.events(Event::zswap_out), 0U);
  EXPECT_EQ(bytes(0), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
  EXPECT_EQ(lab.events(Event::zswap_in), 0U);
}

TEST_F(ZswapTest, RefusesAtItsLimitAndWritesBack) {
  write(0, 0, 7, 1), write(1, 0, 8, 1), write(2, 0, 9, 1);
  EXPECT_EQ(out(0), Home::pool);
  EXPECT_EQ(out(1), Home::slot);
  EXPECT_EQ(m.zswap_entry(lab.walk(0, 0).entry.slot()).home, Home::slot);
  EXPECT_EQ(lab.events(Event::zswap_writeback), 1U);
  EXPECT_EQ(lab.events(Event::zswap_reject), 1U);
  EXPECT_EQ(out(2), Home::pool) << "it has room now";
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(bytes(0), "7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
  EXPECT_EQ(bytes(1), "8 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
}

/// Two have the slot. The first takes the page out of memory again, and goes: the slot alone knows.
TEST_F(ZswapTest, KeepsWhatItHasLoaded) {
  write(0, 0, 7, 1);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.pageout(1, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 7);
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.at(0, 0), 7);
}

TEST_F(ZswapTest, IsListed) {
  write(0, 0, 7, 1);
  out(0);
  ASSERT_EQ(lab.at(0, 1), 0);
  out(1);
  const auto text = list_usage<Tiny>(m);
  EXPECT_NE(text.find("zswap: 12 of 16 bytes used, 1 pages compressed, 1 filled by a word"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("zswap-out 2, zswap-same 1"), std::string::npos) << text;
}

/// What the audit finds after each of these.
TEST_F(ZswapTest, IsAudited) {
  const auto found = [&](auto corrupt) {
    m.reset();
    EXPECT_EQ(lab.map(0, 0, 8), Status::ok);
    write(0, 0, 7, 1), write(1, 0, 9, 16);
    EXPECT_EQ(out(0), Home::pool);
    EXPECT_EQ(out(1), Home::slot);
    EXPECT_EQ(lab.findings(), "");
    corrupt();
    return lab.findings();
  };
  EXPECT_EQ(found([&] { ++m.header_->zswap_used; }),
            "exact-count: 3 chunks of zswap are in use, the machine counts 4\n");
  EXPECT_EQ(found([&] { m.zswap_[5].home = Home::word; }),
            "no-leak: slot 5 is free, but zswap keeps its bytes\n");
  EXPECT_EQ(found([&] { m.zswap_[0].chunk = 2; }),
            "no-dangling: slot 0 has its bytes behind the pool\n");
  EXPECT_EQ(found([&] { m.zswap_[1] = m.zswap_[0]; }),
            "frugal: slot 1 has bytes that are in zswap, too\n");
  EXPECT_EQ(found([&] {
              m.zswap_[1] = m.zswap_[0];
              std::memset(const_cast<std::uint8_t*>(m.plain(1).data()), 0xA5, m.page_bytes);
            }),
            "no-dangling: slot 1 shares its place in zswap\n");
}

TEST_F(ZswapTest, SaysWhatItCannotUnpack) {
  write(0, 0, 7, 1);
  out(0);
  m.zswap_[0].length = 3;
  lab.at(0, 0);
  EXPECT_EQ(complaint_text(m.header().complaint), "what zswap has of slot 0 is not a page");
}

}  // namespace
}  // namespace cow::machine
