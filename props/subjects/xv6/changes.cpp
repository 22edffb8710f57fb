#include "props/subjects/xv6/changes.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <regex>
#include <sstream>
#include <utility>

#include "props/subjects/xv6/agent_sources.h"

namespace cow::props::xv6 {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush())
    throw fs::filesystem_error("cannot write", path, std::make_error_code(std::errc::io_error));
}

using Files = std::map<std::string, std::string>;

namespace {
bool has(const Files& files, const std::string& path, const std::string& words) {
  const auto at = files.find(path);
  return at != files.end() && at->second.find(words) != std::string::npos;
}

/// False: nothing is like that.
bool replace(std::string& text, const std::string& what, const std::string& with) {
  const auto changed = std::regex_replace(text, std::regex(what, std::regex::multiline), with);
  return text != std::exchange(text, changed);
}
}  // namespace

std::vector<std::string> emulation_of(const Files& files) {
  std::vector<std::string> arguments;
  if (has(files, "Makefile", "force-legacy=false"))
    arguments.insert(arguments.end(), {"-global", "virtio-mmio.force-legacy=false"});
  if (has(files, "Makefile", "-device e1000"))
    arguments.insert(arguments.end(), {"-netdev", "user,id=net0,restrict=on", "-device",
                                       "e1000,netdev=net0,bus=pcie.0,romfile="});
  if (!has(files, "kernel/start.c", "pmpaddr"))
    arguments.insert(arguments.end(), {"-cpu", "rv64,pmp=false"});
  return arguments;
}

std::uint32_t memory_beyond(const Files& files) {
  constexpr std::uint32_t usual = 128, most = 512;
  std::smatch found;
  const auto at = files.find("Makefile");
  if (at == files.end() ||
      !std::regex_search(at->second, found, std::regex(" -m ([0-9]{1,4})M\\b")))
    return 0;
  const auto all = static_cast<std::uint32_t>(std::stoul(found[1].str()));
  return all > usual && all <= most ? all - usual : 0;
}

bool limit_memory(std::string& memlayout, std::uint64_t bytes) {
  return replace(memlayout, "^#define[ \\t]+PHYSTOP[ \\t].*$",
                 fmt::format("#define PHYSTOP (KERNBASE + {})", bytes));
}

std::uint64_t memory_for(const std::string& symbols, std::uint64_t limit) {
  constexpr std::uint64_t first = 0x80000000, room = 400 * 4096, unit = 65536;
  std::smatch found;
  if (!std::regex_search(symbols, found, std::regex("^([0-9a-f]+) end$", std::regex::multiline)))
    return limit;
  const std::uint64_t own = std::stoull(found[1].str(), nullptr, 16) - first;
  return std::max(limit, (own + room + unit - 1) / unit * unit);
}

void take_batches(Files& files) {
  const auto uart = files.find("kernel/uart.c");
  if (uart == files.end()) return;
  replace(uart->second, "^#define[ \\t]+FCR_FIFO_ENABLE[ \\t]+\\(1 ?<< ?0\\)",
          "#define FCR_FIFO_ENABLE (1<<0 | 3<<6)");
}

void copy_by_words(Files& files) {
  const auto strings = files.find("kernel/string.c");
  if (strings == files.end()) return;
  auto& text = strings->second;
  const std::regex set("\\bmemset\\(void ?\\* ?dst, int c, uint n\\)"),
      move("\\bmemmove\\(void ?\\* ?dst, const void ?\\* ?src, uint n\\)");
  if (!std::regex_search(text, set) || !std::regex_search(text, move)) return;
  text = R"(#define memset memset_by_bytes
#define memmove memmove_by_bytes
void* memset_by_bytes();
void* memmove_by_bytes();
)" + text +
         R"(
#undef memset
#undef memmove
void* memset(void* dst, int c, uint n) {
  uint64* to = dst;
  if ((uint64)to % 8 == 0)
    for (; n >= 8; n -= 8) *to++ = (c & 255) * 0x0101010101010101UL;
  memset_by_bytes(to, c, n);
  return dst;
}
void* memmove(void* dst, const void* src, uint n) {
  uint64* to = dst;
  const uint64* from = src;
  int forwards = (char*)to < (char*)from || (char*)from + n <= (char*)to;
  if (((uint64)to | (uint64)from) % 8 == 0 && forwards)
    for (; n >= 8; n -= 8) *to++ = *from++;
  memmove_by_bytes(to, from, n);
  return dst;
}
)";
}

void limit_processes(Files& files) {
  const auto parameters = files.find("kernel/param.h");
  if (parameters == files.end()) return;
  replace(parameters->second, "^(#define[ \\t]+NPROC[ \\t])[ \\t]*[0-9]{2,}", "$1 12");
}

void add_agent(Files& files) {
  const bool lazy = has(files, "user/user.h", "sbrklazy");
  const bool waits = has(files, "kernel/proc.c", "nproc <= 2");
  files["user/init.c"] = std::string(lazy ? "#define COWCHECK_LAZY\n" : "") +
                         (waits ? "#define COWCHECK_COMPANION\n" : "") +
                         std::string(agent_source());
  files["impl/agent/cowcheck_agent.h"] = agent_protocol();
  files["impl/xv6_agent/cowcheck_xv6.h"] = agent_header();
  files["impl/xv6_agent/heap.h"] = agent_heap();
  files["impl/xv6_agent/script.h"] = agent_script();
  files["impl/xv6_agent/turns.h"] = agent_turns();
  files["impl/xv6_agent/count.h"] = agent_count();
  // Not all trees compile freestanding, and then the compiler's own header wants the C library's.
  files["stdint.h"] = "#include <stdint-gcc.h>\n";
}

}  // namespace cow::props::xv6
