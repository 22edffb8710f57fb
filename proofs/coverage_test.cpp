#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "proofs/steps.h"

namespace cow::proofs {
namespace {

namespace fs = std::filesystem;

/// Every function of the kernel that is given a place to change, and the file that it is in.
/// Whatever its line breaks and its template's parameters are, it names `M& m` and `M::Place`.
std::map<std::string, std::string> functions_on_places() {
  const std::regex function(R"((\w+)\((?:const )?M& m,[^(){}]*?(?:M::Place|PlaceOf)\b[^{};]*\{)");
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::directory_iterator(COWCHECK_SOURCE_DIR "/impl/kernel")) {
    if (entry.path().extension() != ".h") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator it(text.begin(), text.end(), function), end; it != end; ++it) {
      found[(*it)[1]] = entry.path().filename();
    }
  }
  return found;
}

/// What runs as a part of proved steps, and of which.
const std::map<std::string, std::string> parts = {
    {"copy_huge_leaf", "write_fault_huge"},
    {"share_frame", "fork_page"},
    {"fork_swapped", "fork_page"},
    {"zap_swapped", "unmap_page"},
    {"move_leaf", "move_page"},
    {"change_entry", "protect_page"},  // on terms no processor sets dirty bits in between
    {"replace_entry", "protect_page"},
    {"clear_entry", "move_page"},
    {"drop_marker", "unmap_page"},
    {"make_dirty", "pin_page"},
    {"fork_guard", "fork_page"},
    {"follow_page", "reach_write"},
    {"fault_cow", "fault_write"},
    {"fault_present", "fault_write"},
};

/// What is not proved yet, and why. README.md says so to users.
const std::map<std::string, std::string> unproved = {
    {"demand_hugetlb", "huge pages from the pool"},
    {"demand_held_hugetlb", "huge pages from the pool"},
    {"own_hugetlb", "huge pages from the pool"},
    {"settle_hugetlb", "huge pages from the pool"},
    {"fork_hugetlb", "huge pages from the pool"},
    {"hold_still", "merges: suspend_page and resume_page under a lock"},
    {"let_go", "merges: resume_page under a lock"},
    {"offer_page", "merges"},
    {"join_page", "merges"},
    {"Watch", "statistics: it changes no entry"},
    {"watch_split", "statistics: it changes no entry"},
    {"is_full_at", "it only looks"},
    {"fork_full", "a count that is full: eager fork's copy"},
    {"inherit_page", "shared page tables; fork_page's parts"},
    {"hold_leaf", "eager fork"},
    {"copy_frame", "eager fork"},
    {"copy_swapped", "eager fork"},
    {"copy_for_child", "eager fork"},
    {"give_up_page", "pages that are given up"},
    {"give_up_huge", "pages that are given up"},
    {"discard_page", "pages that are given up"},
    {"discard_huge", "pages that are given up"},
    {"page_out", "pages that are given up"},
    {"page_out_huge", "pages that are given up"},
    {"write_protect_page", "pages that are write-protected"},
    {"guard_page", "guards"},
    {"unguard_page", "guards"},
    {"clear_page_refs", "marks of what was written"},
    {"clear_huge_refs", "marks of what was written"},
    {"make_written", "marks of what was written"},
    {"write_protect_huge", "pages that are write-protected"},
    {"demand_marked", "pages that are write-protected"},
    {"for_each_entry_of", "a loop: it changes nothing itself"},
};

std::set<std::string> proved_functions() {
  std::set<std::string> proved;
  for (const auto& spec : specs()) proved.insert(spec.code);
  return proved;
}

/// Whoever adds a function that changes entries has to add what is proved of it, or say here why
/// nothing is.
TEST(Coverage, EveryFunctionThatIsGivenAPlaceIsProvedOrSaysWhyNot) {
  const auto functions = functions_on_places();
  const auto proved = proved_functions();
  EXPECT_GE(functions.size(), 30U);
  for (const auto& [name, file] : functions) {
    const auto places = static_cast<int>(proved.contains(name)) +
                        static_cast<int>(parts.contains(name)) +
                        static_cast<int>(unproved.contains(name));
    EXPECT_EQ(places, 1) << name << " of " << file
                         << (places == 0 ? " has no proof: add it to steps.h"
                                         : " is listed more than once");
  }
}

TEST(Coverage, NothingIsListedThatIsGone) {
  const auto functions = functions_on_places();
  const auto proved = proved_functions();
  for (const auto& [name, of] : parts) {
    EXPECT_TRUE(functions.contains(name)) << name;
    EXPECT_TRUE(std::ranges::any_of(specs(), [&](auto& spec) { return spec.name == of; })) << of;
  }
  for (const auto& [name, why] : unproved) EXPECT_TRUE(functions.contains(name)) << name;
}

}  // namespace
}  // namespace cow::proofs
