#include "props/habits/unfinished.h"

#include <regex>
#include <string>

#include "props/habits/functions.h"

namespace cow::props::habits {

std::vector<Finding> check_unfinished(const Source& source) {
  // Each word has a letter in brackets, so that this line does not find itself.
  static const std::regex marker(R"(\b(TOD[O]|FIXM[E]|XX[X])\b|[Nn]ot (yet )?implemente[d])");
  static const std::regex test_head(R"(^(TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP)\b)");
  static const std::regex assertion(R"(\b(EXPECT_|ASSERT_|RC_ASSERT|FAIL\(|ADD_FAILURE|expect_))");

  std::vector<Finding> findings;
  int line = 0;
  for (const std::string& text : split_lines(source.text)) {
    ++line;
    if (!std::regex_search(text, marker)) continue;
    findings.push_back({source.path, line, "finish it, or open an issue and remove the marker"});
  }
  for (const Function& function : find_functions(source.text)) {
    if (!std::regex_search(function.head, test_head)) continue;
    if (std::regex_search(function.body, assertion)) continue;
    findings.push_back({source.path, function.first_line, "this test asserts nothing"});
  }
  return findings;
}

}  // namespace cow::props::habits
