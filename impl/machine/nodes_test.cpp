#include "impl/machine/listing.h"
#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Event;
using kernel::Status;

/// Two nodes of 16 frames each, four blocks, and a CPU of each.
struct TwoNodes : testing::Test {
  static Config config(std::uint32_t nodes = 2, std::uint32_t frames = 32) {
    Config config;
    config.nodes = nodes;
    config.frames = frames;
    return config;
  }
  void act_on(std::uint32_t cpu) { m.header_->cpu = cpu; }
  std::string complaint() const {
    const auto& complaint = m.header().complaint;
    return complaint.seen == 0 ? "" : complaint_text(complaint);
  }

  Lab<Tiny> lab{config()};
  TestMachine<Tiny>& m = lab.m;
};

TEST_F(TwoNodes, GiveTheirOwnCpusFramesFirst) {
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    act_on(cpu);
    EXPECT_EQ(m.node_of(m.allocate().frame), cpu);
    EXPECT_EQ(m.node_of(m.allocate_table().frame), cpu);
    EXPECT_EQ(m.node_of(m.allocate_huge().frame), cpu);
  }
  EXPECT_EQ(lab.events(Event::far_frame), 0U);
  EXPECT_EQ(complaint(), "");
}

TEST_F(TwoNodes, GiveOthersFramesWhenTheirOwnHasNone) {
  act_on(1);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(m.node_of(m.allocate().frame), 1U);
  EXPECT_EQ(m.node_of(m.allocate().frame), 0U);
  EXPECT_EQ(m.node_of(m.allocate_huge().frame), 0U);
  EXPECT_EQ(lab.events(Event::far_frame), 1U + lab.fan);
  EXPECT_EQ(complaint(), "");
}

TEST_F(TwoNodes, GetTheirFramesBack) {
  act_on(1);
  const auto mine = m.allocate().frame;
  act_on(0);
  m.header_->replaced = mine;
  m.put(mine);
  act_on(1);
  EXPECT_EQ(m.allocate().frame, mine);
}

TEST_F(TwoNodes, AreListed) {
  std::uint8_t value = 1;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.system.write(0, 1, 0, {&value, 1}), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  const auto text = list_usage<Tiny>(m);
  EXPECT_NE(text.find(" N1=1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("node 0: 15 of 16 frames free, 1 page tables"), std::string::npos) << text;
}

TEST_F(TwoNodes, AMigrationFollowsTheCpu) {
  std::uint8_t value = 1;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(m.node_of(lab.walk(0, 0).entry.frame()), 0U);
  ASSERT_EQ(lab.system.read(0, 1, 0, {&value, 1}), Status::ok);
  ASSERT_EQ(lab.system.migrate(0, 0, 1), Status::ok);
  EXPECT_EQ(m.node_of(lab.walk(0, 0).entry.frame()), 1U);
  EXPECT_EQ(lab.findings(), "");
}

TEST_F(TwoNodes, ComplainAboutAFrameFromAfar) {
  std::swap(m.fallback_[1][0], m.fallback_[1][1]);
  act_on(1);
  const auto far = m.allocate().frame;
  EXPECT_EQ(complaint(),
            "frame " + std::to_string(far) + " was taken from a node while a nearer one had some");
}

TEST_F(TwoNodes, AreAuditedByTheirLists) {
  std::swap(m.header_->nodes[0], m.header_->nodes[1]);
  EXPECT_NE(lab.findings().find("is on a list of node 0"), std::string::npos);
}

TEST_F(TwoNodes, AreAuditedByTheirCounts) {
  ++m.header_->node_free[1];
  EXPECT_EQ(lab.findings(), "exact-count: node 1 counts 17 free frames and has 16\n");
}

/// What a CPU keeps is of its node; what it frees of another's goes back there.
TEST(NodesWithPools, KeepNearFramesOnly) {
  auto config = TwoNodes::config();
  config.cpu_pool = 4;
  Lab<Tiny> lab{config};
  auto& m = lab.m;
  m.header_->cpu = 1;
  const auto mine = m.allocate().frame;
  EXPECT_EQ(m.node_of(mine), 1U);
  ASSERT_EQ(m.cpu_pools_[1].size, 1U);
  EXPECT_EQ(m.node_of(m.cpu_pools_[1].frames[0]), 1U);
  m.header_->cpu = 0;
  const auto kept = m.cpu_pools_[0].size, free = m.header_->node_free[1];
  m.header_->replaced = mine;
  m.put(mine);
  EXPECT_EQ(m.cpu_pools_[0].size, kept);
  EXPECT_EQ(m.header_->node_free[1], free + 1);
}

/// P0's root table is of node 0, whose pool is emptied when nothing else is left.
TEST(NodesWithPools, GiveAllThatTheyHave) {
  auto config = TwoNodes::config();
  config.cpu_pool = 4;
  Lab<Tiny> lab{config};
  auto& m = lab.m;
  m.header_->cpu = 1;
  for (int i = 0; i < 31; ++i) EXPECT_TRUE(m.allocate().ok) << i;
  EXPECT_FALSE(m.allocate().ok);
  EXPECT_EQ(m.header().complaint.seen, 0);
}

TEST(NodesWithHugePages, GiveTheNearestOfThePool) {
  auto config = TwoNodes::config(2, 48);
  config.pool = 8;  // six blocks a node: two are of node 1
  Lab<Tiny> lab{config};
  auto& m = lab.m;
  m.header_->cpu = 1;
  for (const auto node : {1U, 1U, 0U}) EXPECT_EQ(m.node_of(m.allocate_pooled(false).frame), node);
}

/// Both nodes have a block to empty; pages of node 1 find room there only.
TEST_F(TwoNodes, KeepTheirPagesInACompaction) {
  act_on(1);
  std::vector<std::uint32_t> frames;
  for (int i = 0; i < 8; ++i) frames.push_back(m.allocate().frame);
  for (const auto i : {1U, 2U, 5U, 6U}) {
    m.header_->replaced = frames[i];
    m.put(frames[i]);
  }
  const auto head = frames[0] / lab.fan * lab.fan;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(m.node_of(m.allocate_outside(head).frame), 1U);
  EXPECT_FALSE(m.allocate_outside(head).ok);
}

/// The own node, then the nearest, of two the lower.
TEST(FourNodes, AreAskedByDistance) {
  Lab<Tiny> lab{TwoNodes::config(4, 16)};
  lab.m.header_->cpu = 1;
  std::string nodes;
  for (int i = 0; i < 15; ++i) nodes += std::to_string(lab.m.node_of(lab.m.allocate().frame));
  EXPECT_EQ(nodes, "111100022223333") << "P0's root table is of node 0";
  EXPECT_EQ(lab.m.header().complaint.seen, 0);
}

}  // namespace
}  // namespace cow::machine
