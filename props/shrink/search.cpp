#include "props/shrink/search.h"

#include <utility>

#include "props/shrink/order.h"

namespace cow::props {

namespace {

void cut_behind(model::Trace& trace, const Failure& failure) {
  if (failure.index < trace.ops.size()) trace.ops.resize(failure.index + 1);
}

}  // namespace

Search::Search(const Executor& executor, model::Trace failing, const Failure& found,
               const ShrinkOptions& options)
    : executor_(executor), options_(options), best_(std::move(failing)), failure_(found) {
  cut_behind(best_, failure_);
}

bool Search::confirm() {
  model::Trace trace = best_;
  auto failure = run(trace);
  if (!failure || !same_bug(*failure, failure_)) return false;
  cut_behind(trace, *failure);
  if (trace.ops.empty()) return false;
  accept(std::move(trace), std::move(*failure));
  return true;
}

bool Search::attempt(model::Trace candidate) {
  if (!simpler(candidate, best_)) return false;
  auto failure = run(candidate);
  if (!failure || !same_bug(*failure, failure_)) return false;
  cut_behind(candidate, *failure);
  // The exits of the ending may have made it longer than it was; and a story has an operation.
  if (candidate.ops.empty() || !simpler(candidate, best_)) return false;
  accept(std::move(candidate), std::move(*failure));
  return true;
}

std::optional<Failure> Search::run(model::Trace& trace) {
  const auto late = [&] { return std::chrono::steady_clock::now() - start_ >= options_.limit; };
  if (options_.limit.count() > 0 && late()) throw Stopped{};
  if (options_.stop && options_.stop()) throw Stopped{};
  auto failure = executor_(trace);
  ++runs_;
  operations_ +=
      failure && failure->index < trace.ops.size() ? failure->index + 1 : trace.ops.size();
  return failure;
}

void Search::accept(model::Trace trace, Failure failure) {
  best_ = std::move(trace);
  failure_ = std::move(failure);
  if (options_.on_better) options_.on_better(best_, failure_);
}

}  // namespace cow::props
