// Writes the seed corpora: make_corpus DIRECTORY makes DIRECTORY/lockstep (traces as bytes) and
// DIRECTORY/trace (as text) from the regression and scenario traces of props/traces, and from the
// idioms, each with a .list of its files. The museum's traces stay out: the fuzzer has to find
// those itself.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzz/idioms.h"
#include "fuzz/mutator.h"
#include "model/rescale.h"
#include "model/trace_bytes.h"
#include "model/trace_text.h"
#include "props/traces/library.h"

namespace fs = std::filesystem;
using namespace cow;

namespace {

void write_file(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error(path.string() + ": cannot be written");
}

/// One seed of each corpus. `name` may have slashes, the files have none.
void write_seed(const fs::path& directory, std::string name, const model::Trace& trace,
                std::string_view text) {
  if (trace.ops.size() > fuzz::max_ops) {
    throw std::runtime_error(name + ": too long for the fuzz target, see fuzz/mutator.h");
  }
  std::ranges::replace(name, '/', '-');
  const auto bytes = model::encode(model::rescale(trace, model::Geometry::tiny));
  write_file(directory / "lockstep" / name,
             {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  write_file(directory / "trace" / name, text);
}

model::Trace parse(std::string_view name, std::string_view text) {
  try {
    return model::parse(text).trace;
  } catch (const model::TraceError& error) {
    throw std::runtime_error(
        fmt::format("props/traces/{}.trace:{}: {}", name, error.line, error.what()));
  }
}

void write_library(const fs::path& directory) {
  for (const auto& [name, text] : props::trace_library()) {
    if (name.starts_with("museum/") || name.starts_with("findings/")) continue;
    if (name.starts_with("recordings/")) continue;  // too long, and of another geometry
    write_seed(directory, std::string(name), parse(name, text), text);
  }
}

/// Each idiom in the default world and, for the trace formats, in the largest one.
void write_idioms(const fs::path& directory) {
  model::World large = model::default_world(model::Geometry::tiny);
  large.procs = model::max_procs;
  large.cpus = model::max_cpus;
  large.pages = model::max_pages(large.geometry);
  int number = 0;
  for (const model::World& world : {model::World(), large}) {
    for (const auto& idiom : fuzz::idioms()) {
      props::Random random(static_cast<std::uint64_t>(++number));
      fuzz::Scene scene(model::Reference(world), random);
      const model::TraceText text{{world, idiom.tell(scene)}, {}, "# " + std::string(idiom.name)};
      write_seed(directory, "idiom-" + std::to_string(number), text.trace, model::print(text));
    }
  }
}

/// The names of the files of a corpus as libFuzzer's -seed_inputs=@ reads them.
void write_list(const fs::path& corpus) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(corpus)) files.push_back(entry.path().string());
  std::ranges::sort(files);
  write_file(corpus.string() + ".list", fmt::format("{}", fmt::join(files, ",")));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_corpus DIRECTORY\n");
    return 2;
  }
  try {
    const fs::path directory = argv[1];
    fs::remove_all(directory / "lockstep");
    fs::remove_all(directory / "trace");
    write_library(directory);
    write_idioms(directory);
    write_list(directory / "lockstep");
    write_list(directory / "trace");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_corpus: %s\n", error.what());
    return 2;
  }
}
