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
    {"change_entry", "protect_page"},  // on terms no processor sets dirty bits in between
    {"replace_entry", "protect_page"},
    {"clear_entry", "move_page"},
    {"drop_marker", "unmap_page"},
    {"make_dirty", "pin_page"},
    {"fork_guard", "fork_page"},
    {"follow_page", "reach_write"},
    {"fault_cow", "fault_write"},
    {"fault_present", "fault_write"},
    {"lift_page", "move_page"},
    {"make_written", "reach_write"},
    {"hold_still", "merge_page"},
    {"let_go", "merge_page"},
    {"offer_page", "merge_page"},
    {"join_page", "merge_page"},
    {"copy_frame", "copy_for_child"},
    {"discard_page", "page_out"},
    {"discard_huge", "page_out_huge"},
    {"begin_swap_out", "swap_out"},
    {"settle_hugetlb", "fault_hugetlb"},
    {"huge_less_allowed", "protect_huge"},  // what a change owes, as `less_allowed` (gather.h)
};

/// What is not proved yet, and why. README.md says so to users.
const std::map<std::string, std::string> unproved = {
    {"Watch", "statistics: it changes no entry"},
    {"watch_split", "statistics: it changes no entry"},
    {"is_full_at", "it only looks"},
    {"fork_full", "a count that is full: eager fork's copy"},
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
