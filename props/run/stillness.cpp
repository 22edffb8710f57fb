#include "props/run/stillness.h"

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>

namespace cow::props {

ProcessorUse processor_use(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  const auto name_end = all.rfind(')');  // the name before it may be anything
  if (name_end == std::string::npos) return {};
  std::istringstream rest(all.substr(name_end + 1));
  char state = 0;
  rest >> state;
  std::string skipped;
  for (int field = 4; field < 14; ++field) rest >> skipped;
  long user = 0, system = 0;
  rest >> user >> system;
  const auto ticks = sysconf(_SC_CLK_TCK);
  return {state == 'R' || state == 'D', std::chrono::milliseconds(1000 * (user + system) / ticks)};
}

}  // namespace cow::props
