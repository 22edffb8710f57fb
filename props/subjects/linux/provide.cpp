#include "props/subjects/linux/provide.h"

#include <fmt/format.h>
#include <unistd.h>

#include "props/lockstep/lockstep.h"
#include "props/subjects/linux/visible.h"
#include "props/subjects/registry.h"

namespace cow::props::live {

namespace {

const std::string name = "linux";
const std::string with_findings = "linux:findings";
const std::string direct = "linux:direct";

std::vector<SubjectInfo> list() {
  return {{name, "the running kernel: real processes, real forks, every kind but swapoff"},
          {direct, "the same, with O_DIRECT: pins d0 are requests in flight, d1 io_uring's (root)"},
          {with_findings, "the same, with what is known to go wrong (impl/linux/findings.md)"}};
}

std::unique_ptr<Session> open(const std::string& subject, const model::World& world) {
  if (subject == name) return open_linux(world, {agent_image()});
  if (subject == direct) {
    if (const auto& why = Means::get().no_direct(); !why.empty())
      throw SubjectError("linux:direct: " + why);
    return open_linux(world, {.image = agent_image(), .direct = true});
  }
  if (subject != with_findings) return nullptr;
  return open_linux(world, {.image = agent_image(), .known_findings = true});
}

/// Lockstep with Linux, which says what a pass does not mean.
template <class S>
class LinuxSession final : public Lockstep<S> {
 public:
  using Lockstep<S>::Lockstep;
  std::vector<std::string> notes() override { return this->subject().notes(); }
};

}  // namespace

std::unique_ptr<Session> open_linux(const model::World& world, const Setup& setup) {
  const bool tiny = world.geometry == model::Geometry::tiny;
  if (!tiny && sysconf(_SC_PAGESIZE) != model::page_bytes(world.geometry))
    throw SubjectError(fmt::format("linux: pages have {} bytes here; only tiny worlds fit",
                                   sysconf(_SC_PAGESIZE)));
  if (tiny) return std::make_unique<LinuxSession<VisibleLinux>>(world, world, setup);
  return std::make_unique<LinuxSession<Linux>>(world, world, setup);
}

void provide() { add_provider({list, open}); }

}  // namespace cow::props::live
