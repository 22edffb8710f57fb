#include "props/race/oracle.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/lockstep/touched_pages.h"
#include "props/race/program.h"

namespace cow::props::race {

/// The reference after some operations in some order, and what it answered to the last.
struct Oracle::Node {
  explicit Node(const model::Reference& start) : reference(start) {}
  model::Reference reference;
  model::Status status = model::Status::ok;
  std::vector<std::uint8_t> bytes;
  std::array<std::array<std::unique_ptr<Node>, 3>, max_tasks> next;  ///< [task][outcome]
};

Oracle::Oracle(const Case& what) : case_(what) {
  model::Reference start(what.world);
  for (const auto& op : what.before) start.perform(op);
  root_ = std::make_unique<Node>(start);
}

Oracle::~Oracle() = default;

/// `dropped`: of all that was given up and that it touches nothing was kept.
Oracle::Node& Oracle::child(Node& node, std::size_t task, const model::Op& op, Outcome outcome) {
  auto& child = node.next[task][static_cast<std::size_t>(outcome)];
  if (child != nullptr) return *child;
  child = std::make_unique<Node>(node.reference);
  child->status = model::Status::no_memory;
  if (outcome == Outcome::refused) return *child;
  auto& reference = child->reference;
  const auto answer = reference.perform(op);
  const auto [first, end] = touched_pages(op, case_.world);
  for (auto page = first; outcome == Outcome::dropped && page < end; ++page) {
    if (reference.page(op.proc, page).given_up) reference.drop_given_up(op.proc, page);
  }
  child->status = answer.status;
  child->bytes.assign(answer.bytes.begin(), answer.bytes.end());
  return *child;
}

/// Not while another one waits that had ended before this one began.
bool Oracle::may_be_next(std::size_t task, const Done& done, const History& history) const {
  const auto& call = history[task][done[task]];
  for (std::size_t other = 0; other < history.size(); ++other) {
    if (done[other] == history[other].size()) continue;
    if (history[other][done[other]].ended < call.begun) return false;
  }
  return true;
}

bool Oracle::search(Node& node, Done& done, const History& history, const FinalView& view) {
  bool all = true;
  for (std::size_t task = 0; task < history.size(); ++task) {
    if (done[task] == history[task].size()) continue;
    all = false;
    if (!may_be_next(task, done, history)) continue;
    const auto& op = case_.tasks[task][done[task]];
    const bool refused = history[task][done[task]].status == model::Status::no_memory;
    auto& next = child(node, task, op, refused ? Outcome::refused : Outcome::done);
    if (search_from(next, task, done, history, view)) return true;
    if (refused || !model::may_drop(op.kind)) continue;
    if (search_from(child(node, task, op, Outcome::dropped), task, done, history, view))
      return true;
  }
  if (!all) return false;
  answers_explained_ = true;
  difference_ = final_difference(node.reference, view);
  return difference_.empty();
}

/// `next`: where the next operation of the task may have led to.
bool Oracle::search_from(Node& next, std::size_t task, Done& done, const History& history,
                         const FinalView& view) {
  const auto& call = history[task][done[task]];
  if (next.status != call.status) return false;
  ++done[task];
  const bool same = std::ranges::equal(next.bytes, call.bytes);
  const bool found = same && search(next, done, history, view);
  bool last = true;
  for (std::size_t t = 0; t < history.size(); ++t) last = last && done[t] == history[t].size();
  statuses_explained_ = statuses_explained_ || last;
  --done[task];
  return found;
}

namespace {

std::string pin_difference(const model::Reference& reference, const FinalView& view,
                           std::uint32_t p, std::uint32_t pin) {
  const bool held = reference.pin(p, pin).access != model::Access::none;
  const auto* const got = view.pin(p, pin);
  if (held != (got != nullptr)) {
    return fmt::format("d{} of P{} is {}held", pin, p, held ? "not " : "");
  }
  const auto want = reference.pinned(p, pin);
  for (std::size_t i = 0; held && i < want.size(); ++i) {
    if (got[i] == want[i]) continue;
    return fmt::format("d{} of P{} shows byte {} as {:#04x}, expected {:#04x}", pin, p, i, got[i],
                       want[i]);
  }
  return {};
}

}  // namespace

std::string Oracle::final_difference(const model::Reference& reference,
                                     const FinalView& view) const {
  const auto& world = case_.world;
  for (std::uint32_t p = 0; p < world.procs; ++p) {
    if (view.alive(p) != reference.alive(p)) {
      return fmt::format("P{} is {}alive", p, reference.alive(p) ? "not " : "");
    }
    if (!reference.alive(p)) continue;
    for (std::uint32_t page = 0; page < world.pages; ++page) {
      const auto& want = reference.page(p, page);
      const auto got = view.seen(p, page);
      if (got.mapped != want.mapped || (want.mapped && got.access != want.access)) {
        return fmt::format("P{} p{} is {}, expected {}", p, page,
                           got.mapped ? model::name(got.access) : "not mapped",
                           want.mapped ? model::name(want.access) : "not mapped");
      }
      if (view.may_be_dropped && view.may_be_dropped(p, page) && !want.given_up) {
        return fmt::format("P{} p{} may be dropped, though it was not given up or written since", p,
                           page);
      }
      if (view.unwritten && view.unwritten(p, page) && model::was_written(want)) {
        return fmt::format("P{} has written p{}, which counts as not written", p, page);
      }
      const auto bytes = reference.bytes(p, page);
      for (std::size_t i = 0; want.mapped && i < bytes.size(); ++i) {
        const auto seen = got.bytes == nullptr ? std::uint8_t{0} : got.bytes[i];
        if (seen == bytes[i]) continue;
        return fmt::format("P{} sees byte {} of p{} as {:#04x}, expected {:#04x}", p, i, page, seen,
                           bytes[i]);
      }
    }
    for (std::uint32_t pin = 0; view.pin && pin < model::max_pins; ++pin) {
      auto difference = pin_difference(reference, view, p, pin);
      if (!difference.empty()) return difference;
    }
  }
  return {};
}

namespace {

std::string answers(const Case& what, const History& history) {
  std::string text;
  for (std::size_t task = 0; task < history.size(); ++task) {
    for (std::size_t i = 0; i < history[task].size(); ++i) {
      const auto& call = history[task][i];
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", model::print(what.tasks[task][i]),
                          model::name(call.status));
      for (const auto byte : call.bytes) text += fmt::format(" {:02x}", byte);
    }
  }
  return text;
}

}  // namespace

std::optional<Finding> Oracle::explain(const History& history, const FinalView& view) {
  for (const auto& calls : history) {
    for (const auto& call : calls) {
      if (call.status == model::Status::stuck) {
        return Finding{Law::progress, "an access made no progress: " + answers(case_, history)};
      }
      if (call.status == model::Status::no_memory && !call.allocation_failed) {
        return Finding{Law::frugal, "no-memory was answered, but no allocation had failed"};
      }
    }
  }
  answers_explained_ = statuses_explained_ = false;
  difference_.clear();
  Done done(history.size(), 0);
  if (search(*root_, done, history, view)) return std::nullopt;
  if (answers_explained_) {
    return Finding{Law::isolation, fmt::format("no order explains the end: {} ({})", difference_,
                                               answers(case_, history))};
  }
  return Finding{statuses_explained_ ? Law::isolation : Law::permission,
                 "no order explains the answers: " + answers(case_, history)};
}

}  // namespace cow::props::race
