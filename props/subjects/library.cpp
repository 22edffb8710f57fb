#include "props/subjects/library.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <vector>

#include "props/subjects/foreign_text.h"
#include "props/subjects/registry.h"

namespace cow::props {

namespace fs = std::filesystem;

namespace {

constexpr const char* symbol = "cowcheck_get_subject";

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw SubjectError(fmt::format("{}: {}", printable(path, 200), what));
}

/// dlopen's own words about files that are no shared objects are poor, so these are found first.
void require_shared_object(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) fail(path, "no such file");
  if (fs::is_directory(status)) fail(path, "is a directory, not a shared object");
  if (!fs::is_regular_file(status)) fail(path, "is not a regular file");
  if (fs::is_empty(path, error)) fail(path, "is empty, not a shared object");
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, "cannot be read");
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  if (magic != std::array{'\x7f', 'E', 'L', 'F'}) fail(path, "is not a shared object");
}

/// The path as dlopen needs it: without a slash it would search the system's libraries.
std::string with_slash(const std::string& path) {
  return path.find('/') == std::string::npos ? "./" + path : path;
}

/// What dlerror says, without the path that it begins with.
std::string load_error(const std::string& path) {
  const char* const text = dlerror();
  std::string error = text != nullptr ? text : "no reason given";
  if (error.starts_with(path + ": ")) error.erase(0, path.size() + 2);
  return printable(error, 300);
}

struct Needed {
  const char* name;
  bool there;
};

std::array<Needed, 7> needed_functions(const cowcheck_subject& f) {
  return {{{"create", f.create != nullptr},
           {"destroy", f.destroy != nullptr},
           {"map", f.map != nullptr},
           {"read", f.read != nullptr},
           {"write", f.write != nullptr},
           {"fork", f.fork != nullptr},
           {"exit", f.exit != nullptr}}};
}

}  // namespace

cowcheck_subject checked_functions(const cowcheck_subject* given, const std::string& path) {
  if (given == nullptr) fail(path, fmt::format("{} returned null", symbol));
  if (given->version != COWCHECK_VERSION) {
    fail(path, fmt::format("speaks version {} of cowcheck_subject.h, this cowcheck speaks {}",
                           given->version, COWCHECK_VERSION));
  }
  constexpr std::size_t least = offsetof(cowcheck_subject, unmap);
  if (given->size < least) {
    fail(path, fmt::format("its struct cowcheck_subject has size {}, version {} has {} or more",
                           given->size, COWCHECK_VERSION, least));
  }
  cowcheck_subject functions{};
  std::memcpy(&functions, given, std::min<std::size_t>(given->size, sizeof functions));
  for (const auto& [name, there] : needed_functions(functions)) {
    if (!there) fail(path, fmt::format("its function {} is null, but it is not optional", name));
  }
  const auto bytes = functions.page_bytes;
  if (bytes != 0 && bytes != 16 && bytes != 4096) {
    fail(path, fmt::format("wants pages of {} bytes, there are 16 and 4096", bytes));
  }
  return functions;
}

Library load_library(const std::string& path) {
  require_shared_object(path);
  const std::string name = with_slash(path);
  const std::shared_ptr<void> handle(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL),
                                     [](void* h) { h != nullptr ? dlclose(h) : 0; });
  if (handle == nullptr) fail(path, "cannot be loaded: " + load_error(name));
  using Get = const cowcheck_subject* (*)();
  const auto get = reinterpret_cast<Get>(dlsym(handle.get(), symbol));
  if (get == nullptr) fail(path, fmt::format("does not export {}", symbol));
  return {path, checked_functions(get(), path), handle};
}

void require_world(const Library& library, const model::World& world) {
  const auto& f = library.functions;
  const auto bytes = model::page_bytes(world.geometry);
  if (f.page_bytes != 0 && f.page_bytes != bytes) {
    const auto other = bytes == 16 ? model::Geometry::x86_64 : model::Geometry::tiny;
    fail(library.path,
         fmt::format("wants pages of {} bytes and the world has {}; use --geometry {}",
                     f.page_bytes, bytes, model::name(other)));
  }
  if (f.max_processes != 0 && f.max_processes < world.procs) {
    fail(library.path, fmt::format("has room for {} processes and the world has {}; use --procs {}",
                                   f.max_processes, world.procs, f.max_processes));
  }
}

std::string summary_of(const cowcheck_subject& f) {
  std::vector<std::string> without;
  const auto lacks = [&](bool there, const char* what) {
    if (!there) without.emplace_back(what);
  };
  lacks(f.unmap != nullptr, "unmap");
  lacks(f.protect != nullptr, "protect");
  lacks(f.exec != nullptr, "exec");
  lacks(f.remap != nullptr, "remap");
  lacks(f.dontneed != nullptr, "dontneed");
  lacks(f.advise != nullptr, "advise");
  lacks(f.split != nullptr && f.collapse != nullptr && f.migrate != nullptr && f.compact != nullptr,
        "hints about frames");
  lacks(f.merge != nullptr && f.unmerge != nullptr, "merges");
  lacks(f.pin != nullptr && f.unpin != nullptr && f.device_read != nullptr, "pins");
  lacks(f.kernel_read != nullptr && f.kernel_write != nullptr, "the kernel's own accesses");
  lacks(f.force_write != nullptr, "forced writes");
  lacks((f.flags & COWCHECK_CAN_SHARE) != 0, "shared mappings");
  lacks((f.flags & COWCHECK_CAN_REFUSE) != 0, "refusals of nonsense");
  lacks(f.view != nullptr, "view");
  lacks(f.audit != nullptr, "audit");
  lacks(f.costs != nullptr, "costs");
  lacks(f.fail_allocation != nullptr, "failing allocations");
  std::string name = f.summary != nullptr ? printable(f.summary, 100) : "a shared object";
  if (without.empty()) return name;
  return fmt::format("{} (without {})", name, fmt::join(without, ", "));
}

}  // namespace cow::props
