#include "props/explore/checkpoint.h"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "props/explore/codec.h"

namespace cow::props::explore {

namespace {

namespace fs = std::filesystem;

/// The number goes up whenever the file, a form of a state or an order of the search changes.
constexpr std::string_view magic = "cowcheck explore 3\n";

std::uint64_t hash_of(const void* bytes, std::size_t size) {
  return fingerprint({static_cast<const std::uint8_t*>(bytes), size});
}

/// What the file must agree with, the program that wrote it left out.
std::string key(const ExploreOptions& options) {
  return fmt::format("{}\n{}\n{}", options.subject, options.reduce ? "reduced" : "exact",
                     options.scope->identity());
}

/// Numbers and arrays in the order in which the file has them, each array behind its length; a
/// checksum over everything comes last.
class Out {
 public:
  explicit Out(const std::string& path) : stream_(path, std::ios::binary | std::ios::trunc) {}
  void raw(const void* from, std::size_t size) {
    stream_.write(static_cast<const char*>(from), static_cast<std::streamsize>(size));
    sum_ = sum_ * 31 + hash_of(from, size);
  }
  void number(std::uint64_t n) { raw(&n, sizeof n); }
  template <class Array>
  void array(const Array& all) {
    number(all.size());
    if (!all.empty()) raw(all.data(), all.size() * sizeof(all[0]));
  }
  bool finish() {
    number(sum_);
    stream_.close();
    return !stream_.fail();
  }

 private:
  std::ofstream stream_;
  std::uint64_t sum_ = 0;
};

class In {
 public:
  explicit In(const std::string& path) : path_(path), stream_(path, std::ios::binary) {
    std::error_code error;
    left_ = fs::file_size(path, error);
    if (error || !stream_) fail(error ? error.message() : "cannot be read");
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw ExploreError(fmt::format("{}: {}", path_, what));
  }
  void raw(void* to, std::size_t size) {
    if (size > left_) fail("ends too early");
    stream_.read(static_cast<char*>(to), static_cast<std::streamsize>(size));
    if (!stream_) fail("cannot be read");
    left_ -= size;
    sum_ = sum_ * 31 + hash_of(to, size);
  }
  std::uint64_t number() {
    std::uint64_t n = 0;
    raw(&n, sizeof n);
    return n;
  }
  template <class Array>
  void array(Array& all) {
    using T = std::remove_reference_t<decltype(all[0])>;
    const auto size = number();
    if (size > left_ / sizeof(T)) fail("ends too early");
    all.resize(size);
    if (size > 0) raw(all.data(), size * sizeof(T));
  }
  void finish() {
    const auto sum = sum_;
    if (number() != sum || left_ != 0) fail("is damaged: its checksum is wrong");
  }

 private:
  std::string path_;
  std::ifstream stream_;
  std::uintmax_t left_ = 0;
  std::uint64_t sum_ = 0;
};

/// Counters first, then the shards.
void write_all(Out& out, const Checkpoint& c) {
  const auto text = key(c.options);
  out.raw(magic.data(), magic.size());
  out.number(hash_of(text.data(), text.size()));
  for (const auto n : {c.expanded, c.transitions, c.explored.covered, c.explored.changes,
                       static_cast<std::uint64_t>(c.seconds * 1e6),
                       std::uint64_t{c.explored.exhausted ? 1U : 0U}}) {
    out.number(n);
  }
  out.array(c.explored.layers);
  out.array(c.store.seen.slots());
  for (auto& shard : c.store.shards) {
    out.array(shard.links);
    for (const Layer* layer : {&shard.now, &shard.next}) {
      out.number(layer->first);
      out.array(layer->bytes);
      out.array(layer->sizes);
    }
  }
}

void read_all(In& in, const Checkpoint& c) {
  std::string begin(magic.size(), ' ');
  in.raw(begin.data(), begin.size());
  if (begin != magic) in.fail("is no file of this version of ./cowcheck explore --save");
  const auto text = key(c.options);
  if (in.number() != hash_of(text.data(), text.size())) {
    in.fail("is of another subject, scope or reduction");
  }
  c.expanded = in.number();
  c.transitions = in.number();
  c.explored.covered = in.number();
  c.explored.changes = in.number();
  c.seconds = static_cast<double>(in.number()) * 1e-6;
  c.explored.exhausted = in.number() != 0;
  in.array(c.explored.layers);
  std::vector<std::uint64_t> seen;
  in.array(seen);
  c.store.seen.add(seen);
  for (auto& shard : c.store.shards) {
    in.array(shard.links);
    for (Layer* layer : {&shard.now, &shard.next}) {
      layer->first = in.number();
      in.array(layer->bytes);
      in.array(layer->sizes);
    }
  }
  in.finish();
  const bool whole = !c.explored.layers.empty() && c.store.frontier() == c.explored.layers.back();
  if (!whole || c.expanded > c.store.frontier()) in.fail("is damaged: states are missing");
}

}  // namespace

void save_checkpoint(const Checkpoint& state) {
  const auto& path = state.options.save;
  const auto draft = fmt::format("{}.{}.tmp", path, getpid());
  std::error_code error;
  {
    Out out(draft);
    write_all(out, state);
    if (out.finish())
      fs::rename(draft, path, error);
    else
      error = std::make_error_code(std::errc::io_error);
  }
  if (!error) return;
  std::error_code ignored;
  fs::remove(draft, ignored);
  throw ExploreError(fmt::format("{}: cannot be written: {}", path, error.message()));
}

void load_checkpoint(const Checkpoint& state) {
  In in(state.options.resume);
  try {
    read_all(in, state);
  } catch (const std::bad_alloc&) {
    in.fail("does not fit into memory");
  }
}

}  // namespace cow::props::explore
