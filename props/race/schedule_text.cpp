#include "props/race/schedule_text.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "model/trace_words.h"

namespace cow::props::race {

namespace {

constexpr std::size_t max_steps = 100'000;

bool is_task(std::string_view word) {
  return word.size() == 1 && word[0] >= 'A' && word[0] < 'A' + static_cast<int>(max_tasks);
}
bool is_process(std::string_view word) { return word.starts_with('P'); }

/// Which lines hold what. What is left for the trace parser keeps its place in the file.
struct Lines {
  std::string trace;  ///< without the letters and the schedule
  struct Owner {
    int task;  ///< -1: before the race
    std::size_t line;
  };
  std::vector<Owner> ops;
  std::string schedule;
  std::size_t schedule_line = 0;
};

Lines sort(std::string_view text) {
  Lines lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    model::Line words(line.substr(0, line.find('#')), number);
    const auto first = words.next();
    if (is_task(first)) {
      lines.ops.push_back({first[0] - 'A', number});
      line.remove_prefix(static_cast<std::size_t>(first.data() - line.data()) + 1);
    } else if (is_process(first)) {
      const bool late = !lines.ops.empty() && lines.ops.back().task >= 0;
      if (late) words.fail("what comes before the race must stand before it");
      lines.ops.push_back({-1, number});
    } else if (first == "schedule") {
      if (lines.schedule_line != 0) words.fail("a second schedule");
      lines.schedule = line.substr(static_cast<std::size_t>(first.data() - line.data()) + 8);
      lines.schedule_line = number;
      line = {};
    }
    lines.trace.append(line).append("\n");
  }
  return lines;
}

Schedule schedule_of(const Lines& lines, std::size_t tasks) {
  Schedule schedule;
  const std::string_view all = lines.schedule;
  model::Line words(all.substr(0, all.find('#')), lines.schedule_line);
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    const auto task = static_cast<std::size_t>(word[0] - 'A');
    if (!is_task(word.substr(0, 1)) || task >= tasks) {
      words.fail(model::quoted(word) + " is no task and a number of steps, such as A12");
    }
    const auto steps = words.number(word.substr(1), "steps", 1, max_steps);
    if (schedule.size() + steps > max_steps) words.fail("more than 100000 steps");
    schedule.insert(schedule.end(), steps, static_cast<std::uint8_t>(task));
  }
  return schedule;
}

void check(const model::World& world, const model::Op& op, std::size_t line) {
  if (!model::is_access(op.kind)) return;
  if (op.offset + std::uint64_t{op.length} <= model::page_bytes(world.geometry)) return;
  throw model::TraceError(line, "in a race an access stays within one page");
}

}  // namespace

std::string print_schedule(std::span<const std::uint8_t> schedule) {
  std::string text;
  for (std::size_t i = 0; i < schedule.size();) {
    auto end = i;
    while (end < schedule.size() && schedule[end] == schedule[i]) ++end;
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", static_cast<char>('A' + schedule[i]),
                        end - i);
    i = end;
  }
  return text;
}

std::string print(const RaceText& race) {
  std::string text;
  if (!race.heading.empty()) text += race.heading + '\n';
  text += model::print(race.what.world) + '\n';
  for (const auto& op : race.what.before) text += model::print(op) + '\n';
  for (std::size_t t = 0; t < race.what.tasks.size(); ++t) {
    for (const auto& op : race.what.tasks[t]) {
      text += fmt::format("{} {}\n", static_cast<char>('A' + t), model::print(op));
    }
  }
  if (!race.schedule.empty()) text += fmt::format("schedule {}\n", print_schedule(race.schedule));
  if (!race.verdict.empty()) text += fmt::format("! {}\n", race.verdict);
  return text;
}

RaceText parse_race(std::string_view text) {
  const auto lines = sort(text);
  const auto parsed = model::parse(lines.trace);
  RaceText race{{parsed.trace.world, {}, {}}, {}, parsed.verdict, parsed.heading};
  if (parsed.trace.world.geometry != model::Geometry::tiny) {
    throw model::TraceError(0, "races play in tiny worlds only");
  }
  if (parsed.trace.world.count_bits !=
      0) {  // the kernel asks whether a count has room, then counts
    throw model::TraceError(0, "races play in worlds with wide counts only");
  }
  if (parsed.trace.world.nodes != 1) {  // which CPU allocates is the machine's, not the task's
    throw model::TraceError(0, "races play in worlds of one node only");
  }
  if (parsed.trace.world.zswap != 0) {  // its pool is the machine's, and no access of it is named
    throw model::TraceError(0, "races play in worlds without zswap only");
  }
  for (std::size_t i = 0; i < lines.ops.size(); ++i) {
    const auto [task, line] = lines.ops[i];
    const auto& op = parsed.trace.ops[i];
    if (task < 0) {
      race.what.before.push_back(op);
      continue;
    }
    check(parsed.trace.world, op, line);
    const auto wanted = static_cast<std::size_t>(task) + 1;
    race.what.tasks.resize(std::max(race.what.tasks.size(), wanted));
    race.what.tasks[wanted - 1].push_back(op);
  }
  if (race.what.tasks.size() < 2) {
    throw model::TraceError(0, "a race needs two tasks: lines such as \"A P0 exit\" and \"B ...\"");
  }
  for (std::size_t t = 0; t < race.what.tasks.size(); ++t) {
    if (!race.what.tasks[t].empty()) continue;
    throw model::TraceError(0, fmt::format("task {} has no operation", static_cast<char>('A' + t)));
  }
  race.schedule = schedule_of(lines, race.what.tasks.size());
  return race;
}

}  // namespace cow::props::race
