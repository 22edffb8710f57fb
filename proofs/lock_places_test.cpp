#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "proofs/steps.h"

// Wherever the kernel waits for a lock, other CPUs may have run any step when it has it. So each
// such place is in a proof that runs them there, or it says here why it need not be, or that it is
// not.

namespace cow::proofs {
namespace {

namespace fs = std::filesystem;

/// Functions that wait for a lock, and the locks.
using Places = std::map<std::string, std::string>;

/// A function begins where a line does, or, of a class, two columns further in.
Places places_in(std::istream& in) {
  const std::regex function(
      R"(^(?!template|using|namespace|struct|class)[A-Za-z][\w:<>,&* ]*?\b(\w+)\()"
      R"(|^  (?!if|for|while|switch|return|else)(?:[\w:<>&*]+ )+(\w+)\(.*\{$)");
  const std::regex lock(R"(\b(\w+Lock)(?:<M>\s+\w+\(|>\())");
  Places found;
  std::string name;
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_search(line, match, function)) {
      name = match[1].matched ? match[1].str() : match[2].str();
    }
    if (!std::regex_search(line, match, lock)) continue;
    auto& locks = found[name];
    if (locks.find(match[1].str()) == std::string::npos) locks += " " + match[1].str();
  }
  return found;
}

Places places_of_the_kernel() {
  Places found;
  for (const auto& entry : fs::directory_iterator(COWCHECK_SOURCE_DIR "/impl/kernel")) {
    if (entry.path().extension() != ".h" || entry.path().filename() == "lock.h") continue;
    std::ifstream in(entry.path());
    for (const auto& [name, locks] : places_in(in)) found[name] += locks;
  }
  return found;
}

/// The steps in which other CPUs run there (relock_steps.cpp and those beside it).
const Places proved = {
    {"fault", "reach_write"},  // whose loop has faults in it, of which nothing is known
    {"reach_page", "reach_write"},
    {"try_to_reach", "reach_write"},
    {"pin_slowly", "pin_slowly"},
    {"fault_small", "fault_write"},
    {"fault_cow", "fault_write"},
    {"make_exclusive", "make_exclusive"},
    {"fault_huge", "fault_huge"},
    {"take_alone", "take_alone"},
    {"swap_out", "go_out"},
    {"swap_in", "come_back"},
    {"fork_swapped", "fork_swapped"},
    {"zap_swapped", "zap_swapped"},
    {"copy_swapped", "copy_swapped"},
    {"go_to_slots", "go_in_batch"},
    {"fault_hugetlb", "fault_hugetlb"},
};

constexpr auto holds_space = "it has the space alone, or all: what it saw stays";
constexpr auto holds_all = "it has all the locks before it looks at anything";
constexpr auto walks_anew = "it looks at the entry when it has the lock, and had seen nothing";

/// Nothing that was seen before is used when the lock is had.
const Places needless = {
    {"replace_table", holds_space},
    {"collapse_block", holds_space},
    {"copy_leaf_for_child", holds_space},
    {"give_up", holds_space},
    {"hold_still", holds_space},
    {"let_go", holds_space},
    {"offer_page", holds_space},
    {"join_page", holds_space},
    {"split_for_merge", holds_space},
    {"for_each_entry_of", holds_space},
    {"for_each_huge_mapping", holds_space},
    {"share_at", holds_space},
    {"fork_entries", holds_space},
    {"fork_leaf", holds_space},
    {"split_at", holds_space},
    {"split_leaves", holds_space},
    {"for_each_place", holds_space},
    {"change_charged", holds_space},
    {"zap_leaves", holds_space},
    {"move_leaf", holds_space},
    {"pageout", holds_space},
    {"split_for_pageout", holds_space},
    {"free_empty_tables", holds_space},
    {"drop_table", holds_space},
    {"fork_hugetlb", holds_space},
    {"fill_object", walks_anew},
    {"own_entry", walks_anew},
    {"make_entry", walks_anew},
    {"bring_back", walks_anew},
    {"fork", holds_all},
    {"vfork", holds_all},
    {"wait", holds_all},
    {"leave", holds_all},
    {"merge", holds_all},
    {"migrate", holds_all},
    {"compact", holds_all},
    {"take_from_sharers", holds_all},
    {"clear_lost", "all spaces are held alone"},
    {"pin", walks_anew},
    {"on_pin", walks_anew},
    {"unmerge", walks_anew},
    {"swapoff", walks_anew},
    {"split", walks_anew},
    {"on_leaf", walks_anew},
    {"on_common_leaf", walks_anew},
    {"put_object", "nobody else has the object any more"},
};

/// README.md says so to users. `race` runs all of them.
const Places unproved = {
    {"move_cached", "a part of migration, which has all spaces alone but not the swap"},
};

/// It is run as a whole, with its walks and its locks.
bool lets_others_run(const Spec& spec) {
  return group_of(spec.step) == Group::relock || spec.step == Step::fault_huge ||
         spec.step == Step::fault_hugetlb;
}

TEST(LockPlaces, EachIsInAProofOrSaysWhyNot) {
  const auto all = places_of_the_kernel();
  EXPECT_GE(all.size(), 50U);
  for (const auto& [name, locks] : all) {
    const auto listed = proved.count(name) + needless.count(name) + unproved.count(name);
    EXPECT_EQ(listed, 1U) << name << " waits for" << locks
                          << (listed == 0 ? ", and no proof runs others there"
                                          : " and is listed more than once");
  }
}

TEST(LockPlaces, NothingIsListedThatIsGone) {
  const auto all = places_of_the_kernel();
  for (const auto* list : {&proved, &needless, &unproved}) {
    for (const auto& [name, why] : *list) EXPECT_TRUE(all.contains(name)) << name;
  }
}

TEST(LockPlaces, TheProofsThatAreNamedLetOthersRun) {
  for (const auto& [name, step] : proved) {
    const auto spec = std::ranges::find(specs(), std::string_view(step), &Spec::name);
    ASSERT_NE(spec, specs().end()) << step;
    EXPECT_TRUE(lets_others_run(*spec)) << step;
  }
}

/// The list would not notice a place that the search overlooks.
TEST(LockPlaces, TheSearchFindsAFunctionThatGivesALockUpAndTakesItAgain) {
  std::istringstream code(
      "template <class M>\n"
      "Status forgets_what_it_saw(M& m, typename M::Place place) {\n"
      "  const auto entry = m.load(place);\n"
      "  {\n"
      "    SwapLock<M> lock(m);\n"
      "  }\n"
      "  TableLock<M> again(m, place.table);\n"
      "}\n"
      "class Loop {\n"
      "  void turn() {\n"
      "    if (more()) {\n"
      "      SharedSpaceLock<M> lock(m_, p);\n");
  const Places expected = {{"forgets_what_it_saw", " SwapLock TableLock"},
                           {"turn", " SharedSpaceLock"}};
  EXPECT_EQ(places_in(code), expected);
}

}  // namespace
}  // namespace cow::proofs
