#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cow::props {

/// Text that a subject wrote, fit for a terminal: at most `most` bytes, line ends and other
/// characters that are not printable ASCII replaced by '?', but for '\n' if `lines`.
inline std::string printable(std::string_view text, std::size_t most, bool lines = false) {
  std::string clean(text.substr(0, most));
  for (char& c : clean) {
    if ((c < ' ' || c > '~') && !(lines && c == '\n')) c = '?';
  }
  return clean;
}

}  // namespace cow::props
