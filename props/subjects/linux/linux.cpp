#include "props/subjects/linux/linux.h"

#include <algorithm>
#include <fmt/format.h>

#include "props/lockstep/touched_pages.h"
#include "props/subjects/linux/request.h"
#include "props/subjects/registry.h"

namespace cow::props::live {

using model::Kind;
using model::Op;
using model::Status;

Linux::Linux(const model::World& world, const Setup& setup)
    : world_(world), page_bytes_(model::page_bytes(world.geometry)), setup_(setup) {}

/// Nothing is started before it is needed: whoever only asks what the subject can do starts none,
/// and an engine that forks after making a session starts its own.
void Linux::reset() {
  tenancy_ = 0;
  alive_ = 1;
  held_ = in_shared_ = writing_ = mergeable_ = 0;
  for (auto& pages : given_up_) pages.reset();
  for (auto& bytes : spliced_) bytes.clear();
  protection_.fill(Protection::none);
  device_wrote_there_ = false;
  turn_ = 0;
  for (auto& areas : areas_) areas.clear();
  for (auto& entries : entries_) entries.clear();
  findings_.clear();
}

/// Empty, or why there are no agents.
std::string Linux::begin() try {
  if (tenancy_ == 0) tenancy_ = host().begin(world_, setup_);
  return host().is_current(tenancy_) ? "" : "another session has taken the agents";
} catch (const SubjectError& error) {
  return error.what();
}

model::Answer Linux::perform(const Op& op) {
  findings_.clear();
  last_ = op;
  last_status_ = nonsense(op);
  if (last_status_ != Status::ok) return {last_status_, {}};
  if (const auto wrong = begin(); !wrong.empty()) return trouble(wrong);
  const auto answer = tell(op);
  last_status_ = answer.status;
  if (answer.status == Status::ok) follow(op);
  if (answer.status == Status::ok) {
    if (const auto wrong = follow_spliced(op, answer.bytes); !wrong.empty()) return trouble(wrong);
  }
  const bool merges = op.kind == Kind::merge && setup_.known_findings && Means::get().merges;
  if (merges) Means::wait_for_ksmd();
  return answer;
}

model::Answer Linux::tell(const Op& op) {
  if (op.kind == Kind::fork) return {fork(op), {}};
  if (op.kind == Kind::exit) return {exit(op), {}};
  if (op.kind == Kind::exec) return judge(op, host().exec(op.proc, request_of(op)));
  if (is_direct(op)) return tell_device(op);
  if (model::is_store(op.kind)) own_first(op);
  if (op.kind == Kind::force_write) return {force_write(op), {}};
  Op asked = op;
  const bool wipes = op.kind == Kind::advise && op.advice == model::Advice::wipeonfork;
  if ((wipes || model::anonymous_only(op.kind)) && take_apart(asked)) {
    const bool refuses = wipes || op.kind == Kind::free;
    if (!refuses || asked.count < op.count) count(Event::told_apart);
    if (!refuses) return {Status::invalid, {}};
  }
  return judge(op, host().ask(op.proc, request_of(asked)));
}

/// Linux advises what lies before the first page that is shared or the file's and then refuses: so
/// only that page is asked about, which it has to refuse too. Guards and write protection it can
/// have there as well, which the reference does not know: that is not asked. False: no such page.
bool Linux::take_apart(Op& op) const {
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (!area(op.proc, page).mapped) return false;
  }
  for (auto page = op.page; page < op.page + op.count; ++page) {
    if (!area(op.proc, page).shared && !area(op.proc, page).file) continue;
    op.page = page;
    op.count = 1;
    return true;
  }
  return false;
}

model::Answer Linux::judge(const Op& op, const Told& told) {
  if (!told.answered) return trouble(told.trouble);
  const auto& reply = told.reply;
  if (reply.status == COWAGENT_STUCK || reply.status > COWAGENT_TRAPPED)
    return trouble(fmt::format("{} failed in a way that it never should (status {}, error {})",
                               model::name(op.kind), reply.status, reply.detail));
  if ((reply.detail & agent::asked_first) != 0) count(Event::asked_first);
  if ((reply.detail & agent::took_back) != 0) count(Event::took_back);
  if ((reply.detail & agent::one_by_one) != 0) count(Event::one_by_one);
  if ((reply.detail & agent::from_disk) != 0) count(Event::on_disk);
  const auto status = static_cast<Status>(reply.status);
  if (status != Status::ok || !model::answers_bytes(op.kind)) return {status, {}};
  return {status, {reply.bytes, reply.length}};
}

model::Answer Linux::trouble(const std::string& what) {
  find(Law::progress, what);
  tenancy_ = ~std::uint64_t{0};  // nothing more can be asked before a reset
  return {Status::stuck, {}};
}

Status Linux::fork(const Op& op) {
  const auto told = host().fork(op.proc, request_of(op));
  if (told.answered && told.reply.status == COWAGENT_OK) return Status::ok;
  if (told.answered && told.reply.status == COWAGENT_NO_MEMORY) return Status::no_memory;
  return trouble(told.trouble).status;
}

Status Linux::exit(const Op& op) {
  const auto frames = frames_alone(op.proc);
  const auto wrong = host().exit(op.proc);
  if (!wrong.empty()) return trouble(wrong).status;
  entries_[op.proc].clear();
  look_for_leaks(op.proc, frames);
  return Status::ok;
}

void Linux::follow(const Op& op) {
  follow_findings(op);
  if (op.kind == Kind::fork) alive_ |= 1U << op.child;
  if (op.kind == Kind::exit) alive_ &= ~(1U << op.proc);
  if (op.kind == Kind::pin) {
    held_ |= pin_bit(op);
    in_shared_ &= ~pin_bit(op);
    writing_ &= ~pin_bit(op);
    if (area(op.proc, op.page).shared) in_shared_ |= pin_bit(op);
    if (op.access == model::Access::write) writing_ |= pin_bit(op);
  }
  if (op.kind == Kind::wp || op.kind == Kind::unwp) protection_[op.proc] = Protection::traps;
  if (op.kind == Kind::clear_refs) protection_[op.proc] = Protection::notes;
  if (op.kind == Kind::unpin) held_ &= ~pin_bit(op);
  if (op.kind == Kind::device_write && !is_direct(op))
    device_wrote_there_ |= (in_shared_ & pin_bit(op)) != 0;
  const bool ends = op.kind == Kind::exec || op.kind == Kind::exit;
  if (ends) held_ &= ~pins_of(op.proc);
  if (ends) protection_[op.proc] = Protection::none;
  if (op.kind == Kind::exec) host().forget_files(op.proc);
  if (op.kind == Kind::fork) areas_[op.child].clear();
  const bool maps = op.kind == Kind::map || op.kind == Kind::unmap || op.kind == Kind::protect ||
                    op.kind == Kind::remap;
  if (ends || maps) areas_[op.proc].clear();
}

const Area& Linux::area(std::uint32_t process, std::uint32_t page) const {
  auto& areas = areas_[process];
  if (areas.empty()) areas = read_areas(host(), process, world_.pages);
  if (areas.empty()) areas.resize(world_.pages);
  return areas[page];
}

}  // namespace cow::props::live
