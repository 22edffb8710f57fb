#include "props/cli/outcome.h"

#include <algorithm>
#include <fmt/format.h>

#include "props/cli/parse.h"
#include "props/report/story.h"
#include "props/run/shrink_isolated.h"
#include "props/subjects/historic.h"
#include "props/subjects/registry.h"

namespace cow::props::cli {

void tell_failure(const std::string& subject, const model::Trace& trace, const Failure& failure) {
  fmt::print("\n{}\nreproduce: {}\n", story(trace, failure, state_after(subject, trace, failure)),
             reproduce_command(subject, trace, failure));
}

void shrink_and_tell(const std::string& subject, const model::Trace& trace,
                     const Failure& failure) {
  show_progress(fmt::format("shrinking {} operations", trace.ops.size()));
  ShrinkOptions options;
  options.limit = std::chrono::seconds(60);
  options.stop = [] { return interrupted(); };
  options.on_better = [](const model::Trace& better, const Failure&) {
    show_progress(fmt::format("shrinking: {} operations", better.ops.size()));
  };
  const auto best = shrink_isolated(subject, trace, failure, options);
  clear_progress();
  fmt::print("shrunk from {} to {} operations{}\n", trace.ops.size(), best.trace.ops.size(),
             best.minimal ? "" : " (interrupted: it may be possible to shrink it further)");
  tell_failure(subject, best.trace, best.failure);
}

std::string state_after(const std::string& subject, const model::Trace& trace,
                        const Failure& failure) {
  if (failure.manner != Manner::law || subject.ends_with(".so")) return {};
  const auto session = open_session(subject, trace.world);
  check_trace(*session, trace);
  return session->describe();
}

std::size_t left_out(const std::string& subject, const model::Trace& trace) {
  const auto session = open_session(subject, trace.world);
  // What these can do depends on what was done; the others are better not run in here.
  const bool plays = find_historic(subject).system != nullptr || subject.starts_with("xv6");
  std::size_t left = 0;
  for (const auto& op : trace.ops) {
    if (!session->supports(op)) ++left;
    if (plays && !session->step(op)) break;
  }
  return left;
}

namespace {
bool can_do(const Session& session, model::Kind kind) {
  model::Op op;
  op.kind = kind;
  op.count = op.length = 1;
  op.access = model::Access::write;
  return session.supports(op);
}
}  // namespace

std::string gap(const std::string& subject, const model::World& world, const Census& census) {
  const auto session = open_session(subject, world);
  std::string gaps;
  for (std::size_t i = 0; i < model::kind_count; ++i) {
    const auto kind = static_cast<model::Kind>(i);
    if (!can_do(*session, kind)) continue;
    const auto add = [&](const char* what) {
      gaps += fmt::format("{}{} {}", gaps.empty() ? "" : ", ", model::name(kind), what);
    };
    if (census.succeeded(kind) == 0) add("never succeeded");
    if (census.refused(kind) == 0) add("never was refused");
  }
  const auto events = session->event_names();
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (census.events[i] > 0 || events[i].starts_with("translated")) continue;
    gaps += fmt::format("{}no {}", gaps.empty() ? "" : ", ", events[i]);
  }
  return gaps;
}

void print_notes(Session& session) {
  const auto notes = session.notes();
  if (!notes.empty()) fmt::print("\n");
  for (const auto& note : notes) fmt::print("  {}\n", note);
}

int print_census(const std::string& subject, const model::World& world,
                 const RandomResult& result) {
  const auto session = open_session(subject, world);
  fmt::print("{} traces, {} operations on {}\n\n  operation     succeeded     refused\n",
             result.done.traces, result.done.operations, subject);
  for (std::size_t i = 0; i < model::kind_count; ++i) {
    const auto kind = static_cast<model::Kind>(i);
    if (!can_do(*session, kind)) continue;
    fmt::print("  {:<10} {:>12} {:>11}\n", model::name(kind), result.census.succeeded(kind),
               result.census.refused(kind));
  }
  const auto events = session->event_names();
  if (!events.empty()) fmt::print("\n  inside it          times\n");
  for (std::size_t i = 0; i < events.size(); ++i) {
    fmt::print("  {:<17} {:>12}\n", events[i], result.census.events[i]);
  }
  print_notes(*session);
  if (result.interrupted) return fmt::print("\nverdict: unknown (interrupted)\n"), 1;
  const auto gaps = gap(subject, world, result.census);
  if (!gaps.empty()) {
    fmt::print("\nverdict: vacuous ({})\n", gaps);
  } else {
    fmt::print("\nverdict: pass (no counterexample)\n");
  }
  return gaps.empty() ? 0 : 1;
}

}  // namespace cow::props::cli
