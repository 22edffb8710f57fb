#include "props/subjects/xv6/tree.h"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unistd.h>

#include "props/subjects/registry.h"
#include "props/subjects/xv6/agent_sources.h"
#include "props/subjects/xv6/changes.h"
#include "props/subjects/xv6/make.h"

namespace cow::props::xv6 {

namespace fs = std::filesystem;

namespace {

/// A build's product, or nothing that building needs.
bool is_left_out(const fs::path& path) {
  const auto name = path.filename().string(), type = path.extension().string();
  const bool program = path.parent_path().filename() == "user" && name.starts_with("_");
  return name.starts_with(".git") || type == ".o" || type == ".d" || type == ".asm" ||
         type == ".sym" || type == ".img" || type == ".pdf" || type == ".png" || program ||
         (name == "kernel" && !fs::is_directory(path)) ||
         (name == "mkfs" && !fs::is_directory(path));
}

using Files = std::map<std::string, std::string>;  ///< paths in the tree, and contents

void read_files(const fs::path& root, Files& files) {
  constexpr std::uintmax_t most = 1U << 26;
  std::uintmax_t size = 0;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::end(at); ++at) {
    if (is_left_out(at->path())) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    size += at->file_size();
    if (size > most) throw SubjectError(fmt::format("xv6: {} is too large a tree", root.string()));
    files[at->path().lexically_relative(root).string()] = contents_of(at->path());
  }
}

void require_tree(const fs::path& root) {
  if (!fs::is_directory(root))
    throw SubjectError(fmt::format("xv6: there is no directory {}", root.string()));
  for (const auto* const needed : {"Makefile", "kernel/memlayout.h", "user/user.h"}) {
    if (fs::exists(root / needed)) continue;
    throw SubjectError(
        fmt::format("xv6: {} is no xv6-riscv tree: it has no {}", root.string(), needed));
  }
}

/// FNV-1a over everything that goes into the build.
std::uint64_t fingerprint(const Files& files) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](const std::string& text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ text.size()) * 0x100000001b3;
  };
  for (const auto& [path, text] : files) add(path), add(text);
  return hash;
}

fs::path cache() {
  const char* const given = getenv("XDG_CACHE_HOME");
  const char* const home = getenv("HOME");
  const fs::path base = given != nullptr && *given == '/' ? fs::path(given)
                        : home != nullptr && *home == '/' ? fs::path(home) / ".cache"
                                                          : fs::temp_directory_path();
  return base / "cowcheck" / "xv6";
}

/// What nobody has used for a week goes.
void tidy(const fs::path& cache) {
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24 * 7);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(cache, ignored)) {
    if (entry.last_write_time(ignored) < old) fs::remove_all(entry.path(), ignored);
  }
}

constexpr std::uint64_t least_bytes = 2 << 20, ample_bytes = 32 << 20;

/// Builds in a place of its own first, so that what is in the cache is whole.
void build_into(const fs::path& directory, const Files& files, Memory size) {
  const fs::path scratch = fmt::format("{}.{}", directory.string(), getpid());
  fs::remove_all(scratch);
  for (const auto& [path, text] : files) write_file(scratch / path, text);
  const auto memlayout = scratch / "kernel/memlayout.h";
  auto text = contents_of(memlayout);
  const auto least = size == Memory::least ? least_bytes : ample_bytes;
  const bool limited = size != Memory::its_own && limit_memory(text, least);
  if (limited) write_file(memlayout, text);
  make(scratch.string());
  if (limited) {
    const auto memory = memory_for(contents_of(scratch / "kernel/kernel.sym"), least);
    write_file(scratch / "memory", fmt::format("{}", memory));
    limit_memory(text, memory);
    write_file(memlayout, text);
    if (memory > least) make(scratch.string());
  }
  std::error_code taken;
  fs::rename(scratch, directory, taken);
  if (taken) fs::remove_all(scratch);
}

}  // namespace

Image build(const std::string& tree, Memory size) try {
  const fs::path root = fs::weakly_canonical(tree);
  require_tree(root);
  if (const auto missing = missing_tools(); !missing.empty()) throw SubjectError("xv6: " + missing);
  Files files;
  read_files(root, files);
  Image image;
  image.tree = root.string();
  image.emulation = emulation_of(files);
  image.beyond = memory_beyond(files);
  take_batches(files);
  limit_processes(files);
  copy_by_words(files);
  add_agent(files);
  image.size = size;
  constexpr std::array marks = {"", "-ample", "-own"};
  const auto directory =
      cache() / fmt::format("{:016x}{}", fingerprint(files), marks[static_cast<std::size_t>(size)]);
  image.directory = directory.string();
  if (!fs::exists(directory / "fs.img")) {
    fs::create_directories(cache());
    tidy(cache());
    build_into(directory, files, size);
  }
  if (const auto bytes = contents_of(directory / "memory"); !bytes.empty())
    image.memory = std::stoull(bytes);
  std::error_code ignored;
  fs::last_write_time(directory, fs::file_time_type::clock::now(), ignored);
  return image;
} catch (const fs::filesystem_error& error) {
  throw SubjectError(fmt::format("xv6: {}", error.what()));
}

}  // namespace cow::props::xv6
