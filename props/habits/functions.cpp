#include "props/habits/functions.h"

#include <algorithm>
#include <regex>

#include "props/habits/source.h"

namespace cow::props::habits {

namespace {

constexpr std::string_view white = " \t\n";

/// Blanks preprocessor lines, which follow no grammar of braces.
std::string blank_directives(std::string code) {
  bool directive = false;
  for (std::size_t begin = 0; begin < code.size();) {
    const std::size_t end = std::min(code.find('\n', begin), code.size());
    const std::size_t first = code.find_first_not_of(" \t", begin);
    directive = directive || (first < end && code[first] == '#');
    const bool continued = directive && end > begin && code[end - 1] == '\\';
    if (directive) std::fill_n(code.begin() + static_cast<long>(begin), end - begin, ' ');
    directive = continued;
    begin = end + 1;
  }
  return code;
}

/// The head without its template<...> clauses.
std::string without_templates(std::string head) {
  while (true) {
    const std::size_t begin = head.find("template");
    if (begin == std::string::npos) return head;
    std::size_t at = std::min(head.find('<', begin), head.size());
    for (int depth = 0; at < head.size(); ++at) {
      depth += head[at] == '<' ? 1 : head[at] == '>' ? -1 : 0;
      if (depth == 0) break;
    }
    head.erase(begin, at + 1 - begin);
  }
}

/// Whether what stands before an opening brace makes it the body of a function.
bool opens_function(const std::string& full_head) {
  const std::string head = without_templates(full_head);
  const std::size_t parameters = head.find('(');
  if (parameters == std::string::npos) return false;
  const std::size_t last = head.find_last_not_of(white);
  if (head[last] == '=' || head[last] == ',' || head[last] == '(') return false;  // a value
  static const std::regex type_keyword(R"(\b(class|struct|union|enum|namespace)\b)");
  return !std::regex_search(head.substr(0, parameters), type_keyword);
}

int line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

/// The brace that closes the one at `open`; the end of the text if none does.
std::size_t closing_brace(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    depth += code[at] == '{' ? 1 : code[at] == '}' ? -1 : 0;
    if (depth == 0) return at;
  }
  return code.size();
}

}  // namespace

std::vector<Function> find_functions(std::string_view text) {
  const std::string code = blank_directives(blank_literals(text));
  std::vector<Function> functions;
  std::size_t begin = 0;  // of the head that is being read
  while (true) {
    const std::size_t at = code.find_first_of(";{}", begin);
    if (at == std::string::npos) return functions;
    const std::size_t first = code.find_first_not_of(white, begin);
    begin = at + 1;
    if (code[at] != '{' || !opens_function(code.substr(first, at - first))) continue;
    const std::size_t close = closing_brace(code, at);
    functions.push_back({code.substr(first, at - first), code.substr(at + 1, close - at - 1),
                         line_of(code, first), line_of(code, close)});
    begin = std::min(close + 1, code.size());
  }
}

}  // namespace cow::props::habits
