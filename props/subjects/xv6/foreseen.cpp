#include "props/subjects/xv6/foreseen.h"

#include <bit>
#include <utility>

namespace cow::props::xv6 {

namespace {

cowagent_request step_of(int kind, std::uint32_t process, std::uint32_t other) {
  cowagent_request r{};
  r.kind = static_cast<std::uint8_t>(kind);
  r.proc = static_cast<std::uint8_t>(process);
  r.child = static_cast<std::uint8_t>(other);
  return r;
}

}  // namespace

Foreseen::Foreseen(const model::World& world) : reference_(world) { reset(); }

/// The supervisor forks P0.
void Foreseen::reset() {
  reference_.reset();
  parents_.fill(COWXV6_SUPERVISOR);
  script_.clear();
  sum_ = COWXV6_SUM;
  write(step_of(COWAGENT_FORK, COWXV6_SUPERVISOR, 0));
  reply(COWAGENT_OK, {});
}

void Foreseen::expect(const model::Op& op) { answer_ = reference_.perform(op); }

void Foreseen::write(const cowagent_request& request) {
  const auto end = script_.size();
  script_.resize(end + COWXV6_STEP);
  script_.resize(end + cowxv6_put_step(request, script_.data() + end));
}

/// What somebody answers, added to the sum.
Told Foreseen::reply(std::uint8_t status, std::vector<std::uint8_t> bytes) {
  const cowagent_reply reply{status, 0, static_cast<std::uint32_t>(bytes.size()), 0, bytes.data()};
  sum_ = cowxv6_add_reply(sum_, &reply);
  return {true, status, 0, std::move(bytes)};
}

Told Foreseen::ask(std::uint32_t process, cowagent_request request) {
  request.proc = static_cast<std::uint8_t>(process);
  const bool looks = request.kind == COWXV6_LOOK || request.kind == COWAGENT_WRITE ||
                     request.kind == COWAGENT_KERNEL_WRITE;
  if (!looks) request.to = 0;
  write(request);
  asked_ = request;
  if (request.kind == COWXV6_LOOK) return view(process);
  return reply(static_cast<std::uint8_t>(answer_.status),
               {answer_.bytes.begin(), answer_.bytes.end()});
}

Told Foreseen::next_reply() {
  const auto next = static_cast<std::uint32_t>(std::countr_zero(asked_.to));
  asked_.to &= asked_.to - 1;
  return view(next);
}

/// The pages that are asked for, as far as they are mapped.
Told Foreseen::view(std::uint32_t process) {
  std::vector<std::uint8_t> bytes;
  for (auto page = asked_.page; page < asked_.page + asked_.count; ++page) {
    if (page >= reference_.world().pages || !reference_.page(process, page).mapped) break;
    const auto shown = reference_.bytes(process, page);
    bytes.insert(bytes.end(), shown.begin(), shown.end());
  }
  return reply(COWAGENT_OK, std::move(bytes));
}

Told Foreseen::fork(std::uint32_t process, std::uint32_t child) {
  write(step_of(COWAGENT_FORK, process, child));
  parents_[child] = process;
  return reply(COWAGENT_OK, {});
}

/// Answered by the parent, which waits for it.
Told Foreseen::exit(std::uint32_t process) {
  const auto parent = std::exchange(parents_[process], std::uint32_t{COWXV6_SUPERVISOR});
  write(step_of(COWAGENT_EXIT, process, parent));
  write(step_of(COWXV6_REAP, parent, 0));
  for (auto& other : parents_) {
    if (other == process) other = COWXV6_SUPERVISOR;
  }
  return reply(COWAGENT_OK, {});
}

void Foreseen::end() { write(step_of(COWXV6_FREE, COWXV6_SUPERVISOR, 0)); }

}  // namespace cow::props::xv6
