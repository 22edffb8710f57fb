#include "impl/machine/listing.h"

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Count;
using kernel::Gauge;
using kernel::Status;

template <class G>
struct ListingTest : testing::Test {};
TYPED_TEST_SUITE(ListingTest, Geometries);

TEST(Listing, ReadsLikeMapsSmapsAndVmstat) {
  Lab<Tiny> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.map_huge(0, 4, 4), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 4, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok);
  EXPECT_EQ(list_usage(lab.m),
            "P0 has, in pages: anon 5, huge 4\n"
            "  p0-p1    rw-p anon       size 2 rss 1 pss 1.0 shared 0 private 1 swap 0 huge 0\n"
            "  p4-p7    rw-p anon huge  size 4 rss 4 pss 2.0 shared 4 private 0 swap 0 huge 4\n"
            "  did: fault 2\n"
            "P1 has, in pages: anon 5, huge 4\n"
            "  p0-p1    rw-p anon       size 2 rss 1 pss 1.0 shared 0 private 1 swap 0 huge 0\n"
            "  p4-p7    rw-p anon huge  size 4 rss 4 pss 2.0 shared 4 private 0 swap 0 huge 4\n"
            "  did: fault 1, copy 1, share 2\n"
            "machine: 82 of 96 frames free, 0 of 8 slots used\n"
            "  did: fault 3, zero 5, copy 1, share 2, huge-leaf 1, shootdown 2, allocation 14\n");
}

TEST(Listing, TellsOfThePoolOfHugePages) {
  auto config = test_config<Tiny>();
  config.pool = 3;
  Lab<Tiny> lab(config);
  ASSERT_EQ(lab.system.map(0, 0, 8, {kernel::Access::write, false, false, false, 0, true}),
            Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  const auto text = list_usage(lab.m);
  EXPECT_NE(text.find("P0 has, in pages: hugetlb 4\n"
                      "  p0-p7    rw-p anon hugetlb size 8 rss 4 pss 4.0 shared 0 private 4 "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  pool: 2 of 3 huge pages free, 1 promised\n"), std::string::npos) << text;
}

/// Every gauge, up and down, as the audit finds it.
TYPED_TEST(ListingTest, GaugesFollowTheirPages) {
  Lab<TypeParam> lab;
  const auto gauge = [&](std::uint32_t p, Gauge g) { return lab.m.usage(p)[g]; };
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.map_shared(0, 1, 1), Status::ok);
  ASSERT_EQ(lab.system.map(0, 2, 1, {kernel::Access::write, false, false, true, 0}), Status::ok);
  for (const auto page : {0U, 1U}) ASSERT_EQ(lab.write(0, page, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 2), 0);
  EXPECT_EQ(gauge(0, Gauge::anon), 1U);
  EXPECT_EQ(gauge(0, Gauge::shared), 1U);
  EXPECT_EQ(gauge(0, Gauge::file), 1U);
  ASSERT_EQ(lab.write(0, 2, 1), Status::ok);
  EXPECT_EQ(gauge(0, Gauge::file), 0U) << "it is the process's own now";
  EXPECT_EQ(gauge(0, Gauge::anon), 2U);
  ASSERT_EQ(lab.system.pageout(0, 0, 3), Status::ok);
  EXPECT_EQ(gauge(0, Gauge::swap), 2U);
  EXPECT_EQ(gauge(0, Gauge::anon), 0U);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(gauge(1, Gauge::swap), 2U);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.m.usage(0), kernel::Usage{});
  EXPECT_EQ(lab.m.account(0)[Count::swap_out], 2U) << "counts stay with the name";
}

/// Canaries: each wrong gauge and each wrong count breaks the law, and no other.
TYPED_TEST(ListingTest, AnythingElseIsFound) {
  const auto expect_found = [](auto corrupt, const std::string& text) {
    Lab<TypeParam> lab;
    ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.findings(), "");
    corrupt(lab.m);
    EXPECT_FALSE(lab.audit.look()) << text;
    EXPECT_FALSE(lab.audit.look_properly());
    ASSERT_EQ(lab.audit.findings().size(), 1U) << lab.findings();
    EXPECT_EQ(lab.audit.findings().front().law, kernel::Law::accounted);
    EXPECT_NE(lab.findings().find(text), std::string::npos) << lab.findings();
  };
  for (std::size_t g = 0; g < kernel::gauge_count; ++g) {
    for (const std::uint32_t p : {0U, 1U}) {  // P1 is dead
      expect_found(
          [&](auto& m) {
            kernel::Usage wrong;
            wrong.pages[g] = 1;
            m.charge(p, wrong);
          },
          std::string(kernel::gauge_names[g]) + " pages and has");
    }
  }
  for (std::size_t c = 0; c < kernel::count_count; ++c) {
    expect_found([&](auto& m) { m.count(1, static_cast<Count>(c)); }, "happened");
    expect_found([&](auto& m) { m.note(kernel::event_of[c]); }, "happened");
  }
}

}  // namespace
}  // namespace cow::machine
