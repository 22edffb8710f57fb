#include "props/cli/parse.h"

#include <atomic>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace cow::props::cli {

std::optional<int> parse(CLI::App& app, Args args) {
  std::vector<std::string> reversed(args.rbegin(), args.rend());  // as CLI11 wants them
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{} (see ./cowcheck {} --help)", error.what(), app.get_name()));
  }
  return std::nullopt;
}

std::chrono::milliseconds duration(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  using namespace std::chrono;
  if (error == std::errc() && number > 0) {
    if (unit == "ms") return milliseconds(number);
    if (unit.empty() || unit == "s") return seconds(number);
    if (unit == "m") return minutes(number);
    if (unit == "h") return hours(number);
  }
  throw UsageError(fmt::format("'{}' is no duration; write 90s, 2m, 1h or 500ms", text));
}

void SubjectOption::add_to(CLI::App& app) {
  app.add_option("--subject", name, "on what: see ./cowcheck subjects")->capture_default_str();
  app.add_option("--tree", tree, "of --subject xv6: the directory of an xv6-riscv tree");
}

std::string SubjectOption::subject() const {
  if (tree.empty()) return name;
  if (name != "xv6" && name != "embedded") throw UsageError("--tree goes with --subject xv6 only");
  return "xv6:" + std::filesystem::absolute(tree).lexically_normal().string();
}

void WorldOptions::add_to(CLI::App& app) {
  app.add_option("--geometry", geometry, "page and table sizes: tiny or x86-64")
      ->check(CLI::IsMember({"tiny", "x86-64"}))
      ->capture_default_str();
  app.add_option("--huge", huge, "what a write does to a shared huge page: split or copy")
      ->check(CLI::IsMember({"split", "copy"}))
      ->capture_default_str();
  app.add_option("--zero", zero, "what shows a page that was only read: a frame, or the zero page")
      ->check(CLI::IsMember({"frame", "page"}))
      ->capture_default_str();
  app.add_option("--fork", fork, "what fork shares: classic frames, ondemand tables, eager nothing")
      ->check(CLI::IsMember({"classic", "ondemand", "eager"}))
      ->capture_default_str();
  app.add_option("--count-bits", count_bits,
                 "width of reference counts, 2 to 16 bits (default: wide)");
  app.add_option("--cpu-pool", cpu_pool,
                 "free frames that each CPU keeps for itself, 0 to 16 (default 0)");
  app.add_option("--asid", asids,
                 "address-space identifiers of each CPU, 0 to 8 (default 0: one a process)");
  app.add_option("--nodes", nodes,
                 "nodes that frames and CPUs are split between, 1 to 4 (default 1)");
  app.add_option("--zswap", zswap, "pages in which swap is kept compressed, 0 to 16 (default 0)");
  app.add_option("--flush", flush, "of a range: page by page, or batched")
      ->check(CLI::IsMember({"page", "batched"}))
      ->capture_default_str();
  app.add_option("--procs", procs, "processes (default 4)");
  app.add_option("--cpus", cpus, "CPUs (default 2)");
  app.add_option("--pages", pages, "pages of an address space (default 16, x86-64: 2048)");
  app.add_option("--pool", pool, "huge pages set aside for `map ... hugetlb` (default 0)");
  app.add_option("--frames", frames, "physical frames (default 96, x86-64: 8192)");
}

model::World WorldOptions::world() const {
  auto world =
      model::default_world(geometry == "tiny" ? model::Geometry::tiny : model::Geometry::x86_64);
  world.huge_cow = huge == "split" ? model::HugeCow::split : model::HugeCow::copy;
  world.zero_page = zero == "frame" ? model::ZeroPage::frame : model::ZeroPage::page;
  for (const auto way : {model::Fork::on_demand, model::Fork::eager}) {
    if (fork == model::name(way)) world.fork = way;
  }
  world.count_bits = count_bits;
  world.cpu_pool = cpu_pool;
  world.asids = asids;
  world.nodes = nodes;
  world.zswap = zswap;
  world.flush = flush == "page" ? model::Flush::at_once : model::Flush::batched;
  if (procs != 0) world.procs = procs;
  if (cpus != 0) world.cpus = cpus;
  if (pages != 0) world.pages = pages;
  if (frames != 0) world.frames = frames;
  world.pool = pool;
  if (const std::string wrong(model::complaint(world)); !wrong.empty()) throw UsageError(wrong);
  return world;
}

namespace {
std::atomic<bool> interrupt_seen{false};
}

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupt_seen = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one ends the program
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_seen; }

void show_progress(const std::string& line) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K{}", line);
}

void clear_progress() { show_progress(""); }

}  // namespace cow::props::cli
