#include "model/world.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "model/op.h"
#include "model/status.h"

namespace cow::model {
namespace {

World with(std::uint32_t World::*field, std::uint32_t value, Geometry g = Geometry::tiny) {
  World world = default_world(g);
  world.*field = value;
  return world;
}

TEST(World, DefaultsHaveNoComplaint) {
  EXPECT_EQ(complaint(default_world(Geometry::tiny)), "");
  EXPECT_EQ(complaint(default_world(Geometry::x86_64)), "");
  EXPECT_EQ(default_world(Geometry::tiny), World{});
}

TEST(World, TheLargestAndTheSmallestHaveNoComplaint) {
  for (const Geometry g : {Geometry::tiny, Geometry::x86_64}) {
    EXPECT_EQ(complaint(World{g, HugeCow::copy, max_procs, max_cpus, max_pages(g), max_frames}),
              "");
    EXPECT_EQ(complaint(World{g, HugeCow::copy, 1, 1, 2 * huge_pages(g), 8}), "");
  }
}

TEST(World, ComplainsAboutEachSizeOutOfRange) {
  EXPECT_EQ(complaint(with(&World::procs, 0)), "procs must be 1 to 16");
  EXPECT_EQ(complaint(with(&World::procs, max_procs + 1)), "procs must be 1 to 16");
  EXPECT_EQ(complaint(with(&World::cpus, 0)), "cpus must be 1 to 8");
  EXPECT_EQ(complaint(with(&World::cpus, max_cpus + 1)), "cpus must be 1 to 8");
  EXPECT_EQ(complaint(with(&World::frames, 7)), "frames must be 8 to 65536");
  EXPECT_EQ(complaint(with(&World::frames, max_frames + 1)), "frames must be 8 to 65536");
  for (const std::uint32_t pages : {0U, 4U, 12U, max_pages(Geometry::tiny) + 8}) {
    EXPECT_EQ(complaint(with(&World::pages, pages)), "pages must be a multiple of 8, 8 to 64");
  }
  for (const std::uint32_t pages : {0U, 512U, 1025U, max_pages(Geometry::x86_64) + 1024}) {
    EXPECT_EQ(complaint(with(&World::pages, pages, Geometry::x86_64)),
              "pages must be 1024 or 2048");
  }
}

template <typename Enum>
std::set<std::string> names(int count) {
  std::set<std::string> all;
  for (int i = 0; i < count; ++i) all.emplace(name(static_cast<Enum>(i)));
  return all;
}

TEST(Names, AreOneWordEachAndAllDifferent) {
  EXPECT_EQ(names<Status>(status_count).size(), status_count);
  EXPECT_EQ(names<Kind>(kind_count).size(), kind_count);
  EXPECT_EQ(names<Access>(access_count), (std::set<std::string>{"none", "read", "write"}));
  EXPECT_EQ(names<Sharing>(sharing_count), (std::set<std::string>{"private", "shared"}));
  for (const std::string& word : names<Status>(status_count)) {
    EXPECT_EQ(word.find(' '), std::string::npos) << word;
    EXPECT_FALSE(word.empty());
  }
  EXPECT_EQ(name(Status::no_memory), "no-memory");
  EXPECT_EQ(name(Kind::exit), "exit");
}

}  // namespace
}  // namespace cow::model
