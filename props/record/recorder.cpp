#include "props/record/recorder.h"

#include <algorithm>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <utility>

namespace cow::props::record {

namespace {

Pages pages_of(std::uint64_t address, std::uint64_t bytes) {
  return {address / page_size, (address + bytes + page_size - 1) / page_size};
}

Event event_of(model::Kind kind, Pages pages = {}) {
  Event event;
  event.kind = kind;
  event.pages = pages;
  return event;
}

}  // namespace

Recorder::Process* Recorder::find(pid_t pid) {
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : &at->second;
}

void Recorder::emit(const Process& process, Event event) {
  event.process = process.owner;
  recording_.events.push_back(event);
}

void Recorder::started(pid_t pid) {
  Process root;
  root.number = root.owner = next_++;
  root.before_exec = true;
  root.space = std::make_shared<Space>();
  processes_[pid] = std::move(root);
}

void Recorder::forked(pid_t parent, pid_t child) {
  Process* const process = find(parent);
  if (process == nullptr || process->before_exec) return;
  sample(parent, *process);
  Process born;
  born.number = born.owner = next_++;
  born.space = std::make_shared<Space>(*process->space);
  for (const Vma& vma : process->space->vmas) {
    if (vma.dontfork) erase(born.space->vmas, vma.pages);
    if (!vma.dontfork && !vma.wipeonfork) continue;
    auto& pages = born.space->pages;
    pages.erase(pages.lower_bound(vma.pages.first), pages.lower_bound(vma.pages.end));
  }
  Event event = event_of(model::Kind::fork);
  event.child = born.number;
  emit(*process, event);
  processes_[child] = std::move(born);
}

void Recorder::vforked(pid_t parent, pid_t child) {
  Process* const process = find(parent);
  if (process == nullptr || process->before_exec) return;
  Process born;
  born.borrows = true;
  born.space = process->space;
  born.owner = process->owner;
  processes_[child] = std::move(born);
}

void Recorder::executed(pid_t pid) {
  Process* const process = find(pid);
  if (process == nullptr) return;
  if (process->borrows) {  // its memory is its own from here on
    Event born = event_of(model::Kind::fork);
    born.child = next_;
    emit(*process, born);
    process->number = process->owner = next_++;
  }
  if (!process->before_exec) emit(*process, event_of(model::Kind::exec));
  process->borrows = process->before_exec = false;
  process->space = std::make_shared<Space>();
  sample(pid, *process);
}

void Recorder::exiting(pid_t pid) {
  Process* const process = find(pid);
  if (process == nullptr) return;
  if (!process->before_exec) sample(pid, *process);
  exited(pid);
}

void Recorder::exited(pid_t pid) {
  Process* const process = find(pid);
  if (process == nullptr) return;
  if (!process->borrows && !process->before_exec) emit(*process, event_of(model::Kind::exit));
  processes_.erase(pid);
}

void Recorder::call_begins(pid_t pid, const Call& call) {
  Process* const process = find(pid);
  if (process == nullptr || process->before_exec) return;
  if (changes_mappings(call) || executes(call)) sample(pid, *process);
}

void Recorder::call_ends(pid_t pid, const Call& call) {
  Process* const process = find(pid);
  if (process == nullptr || process->before_exec) return;
  if (!changes_mappings(call)) {
    if (++process->calls % step_ == 0) sample(pid, *process);
    return;
  }
  if (call.failed()) return;
  if (call.number == SYS_mmap)
    replaced(*process, pages_of(static_cast<std::uint64_t>(call.result), call.arguments[1]));
  if (call.number == SYS_mremap) moved(*process, call);
  if (call.number == SYS_madvise) advised(*process, call);
  follow_mappings(pid, *process);
}

/// First which pages there are, then what they hold: a stack grows without a system call.
void Recorder::sample(pid_t pid, Process& process) {
  ++recording_.unseen.samples;
  follow_mappings(pid, process);
  for (const Change& change : MemoryReader(pid).look(*process.space, shared_)) {
    Event event = event_of(model::Kind::write, {change.page, change.page + 1});
    event.offset = change.offset;
    event.length = change.length;
    emit(process, event);
  }
}

void Recorder::follow_mappings(pid_t pid, Process& process) {
  Vmas now = parse_maps(read_proc(pid, "maps"));
  if (now.empty()) return;  // it is exiting already
  Space& space = *process.space;
  for (const Event& event : difference(space.vmas, now)) {
    emit(process, event);
    if (event.kind == model::Kind::protect) continue;
    auto& pages = space.pages;
    pages.erase(pages.lower_bound(event.pages.first), pages.lower_bound(event.pages.end));
  }
  space.vmas = std::move(now);
}

/// What was there is gone, though what is there now may look the same.
void Recorder::replaced(Process& process, Pages pages) {
  Space& space = *process.space;
  for_each_in(space.vmas, pages,
              [&](const Vma& part) { emit(process, event_of(model::Kind::unmap, part.pages)); });
  erase(space.vmas, pages);
  space.pages.erase(space.pages.lower_bound(pages.first), space.pages.lower_bound(pages.end));
}

/// mremap(2): the pages that have a place at either end move; what it grew or lost shows in the
/// mappings afterwards.
void Recorder::moved(Process& process, const Call& call) {
  const auto& [address, old_bytes, new_bytes, flags, target, unused] = call.arguments;
  const auto from = pages_of(address, std::min(old_bytes, new_bytes));
  const auto to = static_cast<std::uint64_t>(call.result) / page_size;
  if (from.empty() || to == from.first) return;
  replaced(process, {to, to + from.count()});
  Space& space = *process.space;
  Vmas arrived;
  for_each_in(space.vmas, from, [&](Vma part) {
    Event event = event_of(model::Kind::remap, part.pages);
    event.to = to + (part.pages.first - from.first);
    event.access = part.access;
    event.sharing = part.sharing;
    emit(process, event);
    part.pages = {event.to, event.to + part.pages.count()};
    arrived.push_back(part);
  });
  erase(space.vmas, from);
  space.vmas.insert(space.vmas.end(), arrived.begin(), arrived.end());
  std::ranges::sort(space.vmas, {}, [](const Vma& v) { return v.pages.first; });
  for (auto page = from.first; page < from.end; ++page) {
    auto node = space.pages.extract(page);
    if (node.empty()) continue;
    node.key() = to + (page - from.first);
    space.pages.insert(std::move(node));
  }
}

void Recorder::advised(Process& process, const Call& call) {
  const auto pages = pages_of(call.arguments[0], call.arguments[1]);
  switch (static_cast<int>(call.arguments[2])) {
    case MADV_DONTNEED: {
      emit(process, event_of(model::Kind::dontneed, pages));
      auto& kept = process.space->pages;
      kept.erase(kept.lower_bound(pages.first), kept.lower_bound(pages.end));
      return;
    }
    case MADV_FREE:
      ++recording_.unseen.lazily_freed;
      return;
    case MADV_DONTFORK:
      return add_advice(process, pages, model::Advice::dontfork);
    case MADV_DOFORK:
      return add_advice(process, pages, model::Advice::dofork);
    case MADV_WIPEONFORK:
      return add_advice(process, pages, model::Advice::wipeonfork);
    case MADV_KEEPONFORK:
      return add_advice(process, pages, model::Advice::keeponfork);
    default:
      return;
  }
}

void Recorder::add_advice(Process& process, Pages pages, model::Advice advice) {
  Vmas changed;
  for_each_in(process.space->vmas, pages, [&](Vma part) {
    if (advice == model::Advice::dontfork) part.dontfork = true;
    if (advice == model::Advice::dofork) part.dontfork = false;
    if (advice == model::Advice::wipeonfork) part.wipeonfork = true;
    if (advice == model::Advice::keeponfork) part.wipeonfork = false;
    changed.push_back(part);
  });
  erase(process.space->vmas, pages);
  auto& vmas = process.space->vmas;
  vmas.insert(vmas.end(), changed.begin(), changed.end());
  std::ranges::sort(vmas, {}, [](const Vma& v) { return v.pages.first; });
  Event event = event_of(model::Kind::advise, pages);
  event.advice = advice;
  emit(process, event);
}

}  // namespace cow::props::record
