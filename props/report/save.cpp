#include "props/report/save.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace cow::props {

std::string save_as_new(const std::string& text, const std::string& extension) {
  for (int i = 1; i < 1000; ++i) {
    const auto name = fmt::format("cowcheck-{}.{}", i, extension);
    const int fd = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST) continue;
    if (fd < 0) return {};
    const bool whole = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(fd);
    return whole ? name : std::string();
  }
  return {};
}

}  // namespace cow::props
