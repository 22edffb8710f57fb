#include "props/subjects/linux/means.h"

#include <fstream>
#include <memory>
#include <sys/utsname.h>
#include <unistd.h>

#include "impl/linux/control.h"
#include "props/subjects/linux/tries.h"

namespace cow::props::live {

namespace {

std::unique_ptr<const Means> current;

constexpr char ksm_run[] = "/sys/kernel/mm/ksm/run";

bool ksmd_runs() {
  std::ifstream file(ksm_run);
  int run = 0;
  return file >> run && run == 1;
}

bool makes_huge_pages() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string words;
  std::getline(file, words);
  return !words.empty() && words.find("[never]") == std::string::npos;
}

/// Beside its heading, the file has a line for each.
bool has_swap_areas() {
  std::ifstream file("/proc/swaps");
  std::string line;
  return std::getline(file, line) && std::getline(file, line);
}

}  // namespace

Means::Means()
    : no_pins(try_pins()),
      no_force_write(try_force_write()),
      no_free(try_free()),
      no_guards(try_guards()),
      no_wp(try_userfaultfd(agent::traps_writes)),
      populates(!try_userfaultfd(agent::traps_writes | agent::wp_unpopulated).empty()),
      no_marks(try_userfaultfd(agent::notes_writes)),
      no_merge(access(ksm_run, F_OK) == 0 ? "" : "there is no /sys/kernel/mm/ksm"),
      huge(makes_huge_pages()),
      has_swap(has_swap_areas()),
      has_nodes(access("/sys/devices/system/node/node1", F_OK) == 0),
      merges(ksmd_runs()) {
  utsname name{};
  if (uname(&name) == 0) release = name.release;
}

const Means& Means::get() {
  if (current == nullptr) renew();
  return *current;
}

const std::string& Means::no_direct() const {
  if (!no_direct_) no_direct_ = try_direct();
  return *no_direct_;
}

const std::string& Means::no_disk() const {
  if (!no_disk_) no_disk_ = try_disk();
  return *no_disk_;
}

/// A page is merged when a second look finds it as the first did, and another that is the same.
void Means::wait_for_ksmd() {
  const auto scans = [] {
    std::ifstream file("/sys/kernel/mm/ksm/full_scans");
    std::uint64_t count = 0;
    file >> count;
    return count;
  };
  const auto enough = scans() + 4;
  for (int i = 0; i < 1000 && scans() < enough; ++i) usleep(1000);
}

void Means::renew() { current.reset(new Means); }

}  // namespace cow::props::live
