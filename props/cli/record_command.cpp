#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/trace_text.h"
#include "props/cli/parse.h"
#include "props/record/to_trace.h"
#include "props/record/tracer.h"

namespace cow::props::cli {

namespace {

struct Request {
  record::TraceOptions trace;
  record::Bounds bounds;
  std::string output = "recorded.trace", geometry = "x86-64", limit;

  void add_to(CLI::App& app) {
    app.add_option("command", trace.command, "what to record, behind --")->required();
    app.add_option("--output", output, "the trace; an existing file is not overwritten")
        ->capture_default_str();
    app.add_option("--step", trace.step, "look at a process at every so many system calls")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    app.add_option("--for", limit, "then end the command (SIGTERM), e.g. 10s");
    app.add_option("--geometry", geometry, "of the trace's world: tiny or x86-64")
        ->check(CLI::IsMember({"tiny", "x86-64"}))
        ->capture_default_str();
    app.add_option("--pages", bounds.pages, "keep so many pages: the most often written ones")
        ->check(CLI::Range(1U, model::max_pages(model::Geometry::x86_64)));
    app.add_option("--operations", bounds.operations, "write at most so many")
        ->check(CLI::Range(std::size_t{1}, model::max_ops))
        ->capture_default_str();
  }
};

/// The file, made before anything runs, so that nothing is recorded in vain.
class Output {
 public:
  explicit Output(const std::string& path)
      : path_(path), fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (fd_ >= 0) return;
    if (errno == EEXIST)
      throw UsageError(fmt::format("{} exists already; --output says where to", path));
    throw UsageError(fmt::format("{}: {}", path, std::strerror(errno)));
  }
  ~Output() {
    close(fd_);
    if (!written_) unlink(path_.c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text) {
    const auto length = static_cast<ssize_t>(text.size());
    written_ = ::write(fd_, text.data(), text.size()) == length;
    if (!written_) throw UsageError(fmt::format("{}: {}", path_, std::strerror(errno)));
  }

 private:
  std::string path_;
  int fd_;
  bool written_ = false;
};

/// The command as one line of printable characters.
std::string told(const std::vector<std::string>& command) {
  std::string line = fmt::format("{}", fmt::join(command, " "));
  std::ranges::replace_if(
      line, [](char c) { return c < ' ' || c > '~'; }, '?');
  if (line.size() > 400) line = line.substr(0, 400) + " ...";
  return line;
}

std::string told(const record::Losses& losses, const record::Unseen& unseen) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(losses.pages, "less often written pages");
  add(losses.processes, "forks for which the world has no name");
  add(losses.operations, "operations behind the last one");
  add(losses.refused, "operations that the reference refuses");
  add(unseen.lazily_freed, "calls of MADV_FREE");
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("by signal {}", WTERMSIG(status));
  return fmt::format("with status {}", WEXITSTATUS(status));
}

}  // namespace

int record_command(Args args) {
  CLI::App app(
      "Runs a command and records what its processes do to their memory as a trace for every "
      "subject. See props/record/README.md for what is seen and what is not.",
      "record");
  Request request;
  request.add_to(app);
  if (const auto status = parse(app, args)) return *status;
  request.bounds.geometry =
      request.geometry == "tiny" ? model::Geometry::tiny : model::Geometry::x86_64;
  if (request.bounds.pages > model::max_pages(request.bounds.geometry))
    throw UsageError(fmt::format("a {} world has at most {} pages", request.geometry,
                                 model::max_pages(request.bounds.geometry)));
  if (!request.limit.empty()) request.trace.limit = duration(request.limit);
  Output output(request.output);
  catch_interrupts();
  request.trace.stop = interrupted;
  const auto traced = [&] {
    try {
      return record::trace_command(request.trace);
    } catch (const record::RecordError& error) {
      throw UsageError(error.what());
    }
  }();
  const auto [trace, losses] = record::to_trace(traced.recording, request.bounds);
  if (trace.ops.empty()) throw UsageError("the command did nothing that a trace could tell");
  const auto left_out = told(losses, traced.recording.unseen);
  const auto heading = fmt::format(
      "# recorded: {}\n# looked at {} times, every {} system calls; left out: {}",
      told(request.trace.command), traced.recording.unseen.samples, request.trace.step, left_out);
  output.write(model::print(model::TraceText{trace, "pass", heading}));
  const auto forks = std::ranges::count(trace.ops, model::Kind::fork, &model::Op::kind);
  fmt::print("the command ended {}\n", how_it_ended(traced.status));
  fmt::print("{}: {} operations, {} forks, {} pages; left out: {}\n", request.output,
             trace.ops.size(), forks, trace.world.pages, left_out);
  fmt::print("try it: ./cowcheck replay {}\n", request.output);
  return 0;
}

}  // namespace cow::props::cli
