#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cow::props::habits {

/// A function with its body, lambdas inside it included.
struct Function {
  std::string head;  ///< from its first word to the opening brace
  std::string body;  ///< between the braces
  int first_line;
  int last_line;

  int length() const { return last_line - first_line + 1; }
};

/// The outermost function bodies of a file, found by their braces: good enough for formatted code.
/// Literals and comments are blank in the result.
std::vector<Function> find_functions(std::string_view text);

}  // namespace cow::props::habits
