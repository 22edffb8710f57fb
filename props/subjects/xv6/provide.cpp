#include "props/subjects/xv6/provide.h"

#include <cstdlib>
#include <map>
#include <optional>

#include "props/subjects/registry.h"
#include "props/subjects/xv6/machine.h"
#include "props/subjects/xv6/session.h"

namespace cow::props::xv6 {

namespace {

const std::string name = "xv6";

std::vector<SubjectInfo> list() {
  return {{name,
           "anyone's xv6-riscv tree (--tree DIR), in QEMU: map and unmap at the heap's end, "
           "accesses, fork, exec, exit"}};
}

/// With little memory, or where the kernel does not work with that, with more. One that does not
/// come up is no counterexample; one that comes up and forks no process is.
Image image_that_works(const std::string& tree) {
  std::optional<Image> comes_up;
  std::string trouble;
  for (const auto size : {Memory::least, Memory::ample, Memory::its_own}) {
    if (comes_up && size == Memory::its_own) break;  // in which nothing would be counted
    auto image = build(tree, size);
    const auto trial = Machine::get().try_out(image);
    if (trial.works()) return image;
    if (trial.trouble.empty() && !comes_up) {
      image.broken = trial.broken;
      comes_up = image;
    }
    trouble = trial.trouble;
    if (image.memory == 0) break;  // which it has had already
  }
  if (!comes_up) throw SubjectError(trouble);
  return *comes_up;
}

/// Built and booted once in this process and those that it forks.
const Image& image_of(const std::string& tree) {
  static std::map<std::string, Image> known;
  if (const auto at = known.find(tree); at != known.end()) return at->second;
  return known.emplace(tree, image_that_works(tree)).first->second;
}

std::unique_ptr<Session> open(const std::string& subject, const model::World& world) {
  std::string tree;
  if (subject.starts_with(name + ":"))
    tree = subject.substr(name.size() + 1);
  else if (subject != name)
    return nullptr;
  else if (const char* const given = getenv("COWCHECK_XV6_TREE"))
    tree = given;
  if (tree.empty())
    throw SubjectError("xv6: which tree? Give --tree DIR, or set COWCHECK_XV6_TREE");
  return make_session(world, image_of(tree));
}

}  // namespace

void provide() { add_provider({list, open}); }

}  // namespace cow::props::xv6
