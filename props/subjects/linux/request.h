#pragma once

#include "impl/agent/cowcheck_agent.h"
#include "model/op.h"
#include "model/status.h"

/// The model's words as the agent protocol's; the two share no code.
namespace cow::props::live {

static_assert(int{COWAGENT_KINDS} <= model::kind_count);  // it may lack later ones
static_assert(int{COWAGENT_PAGEOUT} == static_cast<int>(model::Kind::pageout));
static_assert(int{COWAGENT_FORCE_WRITE} == static_cast<int>(model::Kind::force_write));
static_assert(int{COWAGENT_DEVICE_WRITE} == static_cast<int>(model::Kind::device_write));
static_assert(int{COWAGENT_EXIT} == static_cast<int>(model::Kind::exit));
static_assert(int{COWAGENT_COMPACT} == static_cast<int>(model::Kind::compact));
static_assert(int{COWAGENT_UNMERGE} == static_cast<int>(model::Kind::unmerge));
static_assert(int{COWAGENT_CLEAR_REFS} == static_cast<int>(model::Kind::clear_refs));
static_assert(int{COWAGENT_SEGFAULT} == static_cast<int>(model::Status::segfault));
static_assert(int{COWAGENT_STUCK} == static_cast<int>(model::Status::stuck));
static_assert(int{COWAGENT_NO_PIN} == static_cast<int>(model::Status::no_pin));
static_assert(int{COWAGENT_TRAPPED} == static_cast<int>(model::Status::trapped));
static_assert(int{COWAGENT_WRITABLE} == static_cast<int>(model::Access::write));
static_assert(int{COWAGENT_KEEPONFORK} == static_cast<int>(model::Advice::keeponfork));

inline cowagent_request request_of(const model::Op& op) {
  cowagent_request r{};
  r.kind = static_cast<std::uint8_t>(op.kind);
  r.proc = op.proc;
  r.cpu = op.cpu;
  r.child = op.child;
  r.access = static_cast<std::uint8_t>(op.access);
  if (op.sharing == model::Sharing::shared) r.flags |= COWAGENT_SHARED;
  if (op.huge) r.flags |= COWAGENT_HUGE;
  if (op.file) r.flags |= COWAGENT_FILE;
  r.advice = static_cast<std::uint8_t>(op.advice);
  r.pin = op.pin;
  r.value = op.value;
  r.page = op.page;
  r.count = op.count;
  r.offset = op.offset;
  r.length = op.length;
  r.to = op.to;
  return r;
}

}  // namespace cow::props::live
