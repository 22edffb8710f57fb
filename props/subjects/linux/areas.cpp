#include "props/subjects/linux/areas.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>

namespace cow::props::live {

namespace {

/// The whole file: it is made anew at every read from its start. Agents have few areas of their
/// own, and they lie above the world's.
std::string_view read_maps(int fd) {
  static std::vector<char> text(1 << 16);
  std::size_t length = 0;
  for (;;) {
    if (length == text.size()) text.resize(2 * text.size());
    const auto got =
        pread(fd, text.data() + length, text.size() - length, static_cast<off_t>(length));
    if (got <= 0) break;
    length += static_cast<std::size_t>(got);
  }
  return {text.data(), length};
}

std::uint64_t hexadecimal(const char*& at, const char* end) {
  std::uint64_t value = 0;
  at = std::from_chars(at, end, value, 16).ptr;
  return value;
}

/// From the rest of the line, " 00000000 00:01 1234 /memfd:name (deleted)". `from`: where the area
/// begins, from page 0 on.
void add_file(std::string_view rest, std::uint64_t from, Area& area) {
  if (rest.find(file_name) == std::string_view::npos) return;
  const char* at = rest.data() + 1;
  area.file = true;
  area.file_base = hexadecimal(at, rest.data() + rest.size()) - from;
}

}  // namespace

std::vector<Area> read_areas(Host& host, std::uint32_t process, std::uint32_t pages) {
  const int fd = host.maps(process);
  if (fd < 0) return {};
  std::vector<Area> areas(pages);
  const auto text = read_maps(fd);
  const auto base = host.address(0), top = host.address(pages);
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {  // "1000000000-1000001000 rw-p 00000000 00:00 0 name"
    const char* const line_end = std::find(at, end, '\n');
    const auto first = hexadecimal(at, line_end);
    if (++at >= line_end) break;
    const auto last = hexadecimal(at, line_end);
    if (line_end - at < 5) break;
    Area area{true, model::Access::none, at[4] == 's', false, 0};
    if (at[1] == 'r') area.access = model::Access::read;
    if (at[2] == 'w') area.access = model::Access::write;
    add_file({at + 5, line_end}, first - base, area);
    for (auto a = std::max(first, base); a < std::min(last, top); a += host.real_bytes())
      areas[(a - base) / host.real_bytes()] = area;
    at = line_end + 1;
    if (first >= top) break;
  }
  return areas;
}

}  // namespace cow::props::live
