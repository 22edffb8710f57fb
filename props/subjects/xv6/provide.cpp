#include "props/subjects/xv6/provide.h"

#include <cstdlib>
#include <map>

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

/// Built and booted once in this process and those that it forks. A kernel that does not come up is
/// no counterexample.
const Image& image_of(const std::string& tree) {
  static std::map<std::string, Image> known;
  if (const auto at = known.find(tree); at != known.end()) return at->second;
  auto image = build(tree);
  Machine::get().try_out(image);
  return known.emplace(tree, std::move(image)).first->second;
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
