#include "props/race/story.h"

#include <fmt/format.h>

#include "model/trace_text.h"

namespace cow::props::race {

namespace {

constexpr std::size_t width = 40;  ///< of a column

std::string text_of(const Access& access) {
  if (access.number == no_number) return access.text;
  const std::string_view text = access.text;
  return fmt::format("{}{}{}", text, text.ends_with("of P") || text.ends_with(" P") ? "" : " ",
                     access.number);
}

std::string line(std::uint8_t task, const std::string& text) {
  return fmt::format("  {}{}\n", std::string(task * width, ' '), text);
}

/// The steps that a task takes in one go: all of a few, else the first and the last, since what
/// matters is where others come in between.
std::string block(std::span<const Step> steps) {
  constexpr std::size_t first = 3, last = 4;
  std::string text;
  std::size_t left_out = 0;
  const auto flush = [&](std::uint8_t task) {
    if (left_out > 0) text += line(task, fmt::format("  ... {} steps", left_out));
    left_out = 0;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [task, access] = steps[i];
    const bool begins = access.touches[0].deed == Deed::none;
    const bool shown = i < first || i + last >= steps.size() || steps.size() <= first + last + 1;
    if (!begins && !shown) {
      ++left_out;
      continue;
    }
    flush(task);
    if (begins && std::string_view(access.text) == "begin") continue;
    text += line(task, begins ? access.text : "  " + text_of(access));
  }
  return text;
}

}  // namespace

std::string story(KernelProgram& program, const Found& found) {
  Scheduler scheduler(program);
  const auto& run = replay(scheduler, found.schedule);
  auto text =
      fmt::format("counterexample: {} breaks with {} preemption{}\n\n", verdict_of(found.failure),
                  found.preemptions, found.preemptions == 1 ? "" : "s");
  for (const auto& op : found.what.before) text += fmt::format("  {}\n", model::print(op));
  text += "\n  ";
  for (unsigned t = 0; t < found.what.tasks.size(); ++t) {
    text += fmt::format("{:<{}}", fmt::format("task {}", static_cast<char>('A' + t)), width);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
  const std::span<const Step> steps = run.steps;
  for (std::size_t i = 0; i < steps.size();) {
    auto end = i;
    while (end < steps.size() && steps[end].task == steps[i].task) ++end;
    text += block(steps.subspan(i, end - i));
    i = end;
  }
  text += fmt::format("\n  {}\n", run.failure ? run.failure->text : "it does not fail again");
  return text + "\nthe state then:\n" + program.describe();
}

}  // namespace cow::props::race
