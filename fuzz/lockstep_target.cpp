// The fuzz target of the lockstep: any bytes are a trace (model/trace_bytes.h), which runs on a
// subject beside the reference. One subject, one seed, one core, a minute:
//
//   ASAN_OPTIONS=symbolize=0 bin/fuzz_lockstep -seed=7 -max_total_time=60 -timeout=10 -reload=0
//     -artifact_prefix=DIR/ DIR corpus/lockstep -ignore_remaining_args=1 --subject=museum:C1
//
// The first directory receives new inputs, the others are only read. With -reload=0, and -runs
// rather than a time, two runs do the same. More arguments and their defaults: --law=LAW (only
// failures of this law count; any), COWCHECK_SUBJECT in place of --subject (embedded).
// Exit status: 0 nothing found, 2 no such subject or law, 70 the subject hung, 77 a law broke or
// the subject crashed. When a law broke, stderr has the story and the line
//
//   cowcheck-failure: law=tlb-coherent kind=fork ops=3
//
// and in every case the input is DIR/crash-* (timeout-*), which `./cowcheck shrink --bytes` reads.

#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string_view>

#include "fuzz/mutator.h"
#include "fuzz/verdict.h"
#include "model/trace_bytes.h"
#include "props/subjects/registry.h"

// libFuzzer's interface (llvm.org/docs/LibFuzzer.html); it calls these by name.
extern "C" {
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                      const std::uint8_t* other, std::size_t other_size,
                                      std::uint8_t* out, std::size_t max_size, unsigned seed);
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Called by AddressSanitizer. Its default for the option that ASAN_OPTIONS leaves out: waiting for
/// 256 MB to be freed before memory is used again takes time, and traces are short.
const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier)
const char* __asan_default_options() { return "quarantine_size_mb=4"; }
}

namespace cow::fuzz {

namespace {

std::unique_ptr<Sessions> sessions;
std::optional<props::Law> wanted;      ///< only failures of this law count; nothing: of any
std::string crash_file = "crash-...";  ///< what libFuzzer calls the input, as far as is known

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "fuzz_lockstep: {}\n", why);
  std::_Exit(2);
}

props::Law law_named(std::string_view name) {
  for (int i = 0; i < kernel::law_count; ++i) {
    const auto law = static_cast<props::Law>(i);
    if (kernel::name(law) == name) return law;
  }
  give_up("unknown law, see ARCHITECTURE.md");
}

/// The value of the last argument `prefix`VALUE; null when there is none.
const char* find_argument(int argc, char** argv, std::string_view prefix) {
  const char* value = nullptr;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with(prefix)) value = argv[i] + prefix.size();
  }
  return value;
}

/// How many operations fit into `size` bytes.
std::size_t room(std::size_t size) {
  if (size < model::bytes_per_world) return 0;
  return std::min(usual_ops, (size - model::bytes_per_world) / model::bytes_per_op);
}

std::size_t put(const model::Trace& trace, std::uint8_t* out, std::size_t max_size) {
  const auto bytes = model::encode(trace);
  if (bytes.size() > max_size) return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace

}  // namespace cow::fuzz

using namespace cow;

int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const auto argument = [&](std::string_view prefix) {
    return fuzz::find_argument(*argc, *argv, prefix);
  };
  const char* subject = argument("--subject=");
  if (subject == nullptr) subject = std::getenv("COWCHECK_SUBJECT");
  if (const char* law = argument("--law=")) fuzz::wanted = fuzz::law_named(law);
  if (const char* prefix = argument("-artifact_prefix=")) fuzz::crash_file.insert(0, prefix);
  if (const char* exact = argument("-exact_artifact_path=")) fuzz::crash_file = exact;
  try {
    fuzz::sessions = std::make_unique<fuzz::Sessions>(subject != nullptr ? subject : "embedded");
  } catch (const props::SubjectError& error) {
    fuzz::give_up(error.what());
  }
  return 0;
}

/// 0: it ran. -1: nothing to learn, keep it out of the corpus.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto trace = model::decode({data, size});
  if (trace.ops.empty() || trace.ops.size() > fuzz::max_ops) return -1;
  if (!fuzz::sessions->plays(trace.world)) return -1;
  const auto broken = fuzz::sessions->run(trace);
  if (!broken || (fuzz::wanted && fuzz::wanted != broken->failure.law)) return 0;
  fmt::print(stderr, "{}", fuzz::tell(*broken, *fuzz::sessions, fuzz::crash_file));
  std::abort();
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  props::Random random(seed);
  if (random.one_in(24) || fuzz::room(max_size) == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  auto trace = model::decode({data, size});
  fuzz::mutate(trace, random, fuzz::room(max_size));
  return fuzz::put(trace, data, max_size);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                      const std::uint8_t* other, std::size_t other_size,
                                      std::uint8_t* out, std::size_t max_size, unsigned seed) {
  props::Random random(seed);
  const auto child = fuzz::cross(model::decode({one, one_size}), model::decode({other, other_size}),
                                 random, fuzz::room(max_size));
  return fuzz::put(child, out, max_size);
}
