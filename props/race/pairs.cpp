#include "props/race/pairs.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "model/reference.h"
#include "model/trace_text.h"

namespace cow::props::race {

namespace {

// Tables and pages of two processes take 9 frames, so that 10 leave one. Page 3 of the untouched
// shared pages gives both processes their tables, but none to the object: two that also build
// tables of their own have millions of schedules.
constexpr std::array states = {
    StartState{"untouched", "P0 map p0 2 private write"},
    StartState{"private", "P0 map p0 2 private write; P0 write p0 2 0x11"},
    StartState{"forked", "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1"},
    StartState{"read-only",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 protect p0 2 read; P0 fork P1"},
    StartState{
        "shared, untouched",
        "P0 map p3 1 private write; P0 write p3 1 0x11; P0 map p0 2 shared write; P0 fork P1"},
    StartState{"shared", "P0 map p0 2 shared write; P0 write p0 2 0x11; P0 fork P1"},
    StartState{"huge, untouched", "P0 map p0 4 private write huge"},
    StartState{"huge", "P0 map p0 4 private write huge; P0 write p0 2 0x11"},
    StartState{"huge, forked", "P0 map p0 4 private write huge; P0 write p0 2 0x11; P0 fork P1"},
    StartState{"half split",
               "P0 map p0 4 private write huge; P0 write p0 2 0x11; P0 fork P1; P1 write p1 1 1"},
    StartState{"warm TLBs",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0@1 write p1 2 0x12; "
               "P0@1 write p0 2 0x13; P0 read p1 1; P0@2 read p0 1"},
    StartState{"warm TLBs, forked",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P0 read p0 2; "
               "P0@1 read p0 2; P1@1 read p0 2; P0@2 read p0 1"},
    StartState{"pinned", "P0 map p0 2 private write; P0 write p0 2 0x11; P0 pin d0 p0 write"},
    StartState{"pinned, forked",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 pin d0 p0 write; P0 fork P1"},
    StartState{"pinned by two",
               "P0 map p0 2 shared write; P0 write p0 2 0x11; P0 fork P1; P0 pin d0 p0 write; "
               "P1 pin d0 p0 read"},
    StartState{"four pages", "P0 map p0 4 private write; P0 write p0 2 0x11"},
    StartState{"four pages, forked",
               "P0 map p0 4 private write; P0 write p0 2 0x11; P0 fork P1; P0 write p1 1 0x12"},
    StartState{"four pages, pinned",
               "P0 map p0 4 private write; P0 write p1 2 0x11; P0 pin d0 p0 write"},
    StartState{"swapped", "P0 map p0 2 private write; P0 write p0 2 0x11; P0 pageout p0 1"},
    StartState{"swapped, forked",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 pageout p0 1; P0 fork P1"},
    StartState{"swapped by one",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P1 pageout p0 1"},
    StartState{"given up",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P1 write p0 2 0x12; "
               "P1 free p0 1; P0 write p0 1 0x13; P0 free p0 1"},
    StartState{"write-protected",
               "P0 map p0 2 private write; P0 write p0 1 0x11; P0 fork P1; P0 wp p0 2; P1 wp p0 1"},
    StartState{"guarded, not written",
               "P0 map p0 3 private write; P0 write p0 2 0x11; P0 clear-refs p0 2; P0 guard p2 1; "
               "P0 fork P1; P1 write p1 1 0x12"},
    StartState{"file",
               "P0 map p0 1 private write file@p0; P0 map p1 1 shared write file@p1; "
               "P0 read p0 1; P0 fork P1"},
    StartState{"alike", "P0 map p0 2 private write; P0 write p0 2 0x11; P0 write p1 2 0x11"},
    StartState{"merged",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 write p1 2 0x11; "
               "P0 merge p0 2"},
    // P0 borrows what P1 has, and waits for.
    StartState{
        "borrowed",
        "P0 map p0 2 private write; P0 write p0 2 0x11; P0@2 read p0 1; P0 fork P1; P0 exit; "
        "P1 vfork P0; P0@1 read p0 1"},
    StartState{"children have exited",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P0 fork P2; P1 exit; "
               "P2 exit"},
    StartState{"children have exited, pinned",
               "P0 map p0 4 private write; P0 write p0 2 0x11; P0 pin d0 p0 write; P0 fork P1; "
               "P0 fork P2; P1 exit; P2 exit"},
    StartState{"one frame left", "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1", 10},
    StartState{"first allocation fails",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1", 64, 1},
    StartState{"third allocation fails",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1", 64, 3},
    // Of two processes that both go down the whole path there are a hundred times more schedules;
    // so all tables are theirs but the last.
    StartState{"on demand", "P0 map p0 2 private write; P0 write p0 2 0x11", 64, 0,
               model::Fork::on_demand},
    StartState{"on demand, one table",
               "P0 map p0 2 private write; P0 map p4 1 private write; P0 write p0 2 0x11; "
               "P0 fork P1; P0 write p4 1 0x12; P1 write p4 1 0x13",
               64, 0, model::Fork::on_demand},
    StartState{"on demand, warm TLBs",
               "P0 map p0 2 private write; P0 map p4 1 private write; P0 write p0 2 0x11; "
               "P0 fork P1; P0 write p4 1 0x12; P1 write p4 1 0x13; P0 read p0 2; P0@1 read p0 2; "
               "P1@1 read p0 2; P0@2 read p0 1",
               64, 0, model::Fork::on_demand},
    StartState{"on demand, swapped",
               "P0 map p0 2 private write; P0 map p4 1 private write; P0 write p0 2 0x11; "
               "P0 pageout p0 1; P0 fork P1; P0 write p4 1 0x12; P1 write p4 1 0x13",
               64, 0, model::Fork::on_demand},
    StartState{"on demand, an allocation fails",
               "P0 map p0 2 private write; P0 map p4 1 private write; P0 write p0 2 0x11; "
               "P0 fork P1; P0 write p4 1 0x12; P1 write p4 1 0x13",
               64, 1, model::Fork::on_demand},
    StartState{"eager", "P0 map p0 2 private write; P0 write p0 2 0x11", 64, 0, model::Fork::eager},
    StartState{"hugetlb", "P0 map p0 4 private write hugetlb; P0 write p0 2 0x11", 64, 0,
               model::Fork::classic, 4},
    StartState{"hugetlb, forked",
               "P0 map p0 4 private write hugetlb; P0 write p0 2 0x11; P0 fork P1", 64, 0,
               model::Fork::classic, 4},
    // CPU 2 ran P0 last, and holds an identifier of P1.
    StartState{"few identifiers",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P1@2 read p0 1; "
               "P0@2 read p0 1",
               64, 0, model::Fork::classic, 0, "asid=2"},
    StartState{"batched",
               "P0 map p0 2 private write; P0 write p0 2 0x11; P0@1 write p1 2 0x12; "
               "P0@2 read p0 1; P0 fork P1",
               64, 0, model::Fork::classic, 0, "flush=batched"},
};

/// Tells who has written.
std::uint8_t value_of(model::Kind kind, bool second) {
  const auto first = kind == model::Kind::write          ? 0x21
                     : kind == model::Kind::device_write ? 0x41
                                                         : 0x61;
  return static_cast<std::uint8_t>(first + (second ? 0x10 : 0));
}

model::Op op_of(model::Kind kind, std::uint8_t p, bool second) {
  model::Op op;
  op.kind = kind;
  op.proc = p;
  if (model::shape(kind).cpu) op.cpu = second ? 1 : 0;
  if (model::has_offset(model::shape(kind).range)) op.length = 2;
  if (model::takes_pages(kind)) op.count = 1;
  if (model::shape(kind).value) op.value = value_of(kind, second);
  return op;
}

}  // namespace

std::span<const StartState> start_states() { return states; }

model::Trace start_trace(std::uint32_t procs, std::uint32_t frames, std::string_view ops,
                         model::Fork fork, std::uint32_t pool, std::string_view keys) {
  std::string lines(ops);
  std::ranges::replace(lines, ';', '\n');
  const auto pages = fork == model::Fork::on_demand ? 16 : 8;  // two tables below one directory
  const auto world = fmt::format("world tiny procs={} cpus=3 pages={} frames={} fork={} pool={} {}",
                                 procs, pages, frames, model::name(fork), pool, keys);
  return model::parse(world + "\n" + lines).trace;
}

std::vector<model::Op> instances(model::Kind kind, std::uint8_t p, bool second) {
  auto op = op_of(kind, p, second);
  auto other = op;
  const auto both = [&] { return second ? std::vector{op, other} : std::vector{op}; };
  switch (kind) {
    case model::Kind::map:
      op.page = 2;
      op.access = model::Access::write;
      op.sharing = second ? model::Sharing::shared : model::Sharing::private_;
      return {op};
    case model::Kind::protect:
      op.access = second ? model::Access::write : model::Access::read;
      return {op};
    case model::Kind::write:
      other.page = 1;
      return both();
    case model::Kind::remap:  // to where a map goes, and to another table
      op.to = 2;
      other.to = 5;
      return both();
    case model::Kind::advise:
      op.advice = second ? model::Advice::wipeonfork : model::Advice::dontfork;
      return {op};
    case model::Kind::pin:
      op.pin = second ? 1 : 0;
      op.access = second ? model::Access::read : model::Access::write;
      return {op};
    case model::Kind::fork:
    case model::Kind::vfork:
    case model::Kind::wait:
      op.child = kind == model::Kind::wait ? 1 : 2;
      other.child = static_cast<std::uint8_t>(op.child + 1);
      return both();
    case model::Kind::collapse:
      op.count = 4;
      return {op};
    case model::Kind::merge:  // who looks for its like, and whom it finds
      op.count = 2;
      other.page = 1;
      return {second ? other : op};
    case model::Kind::split:
    case model::Kind::migrate:
    case model::Kind::unmerge:
    case model::Kind::compact:
    case model::Kind::unmap:
    case model::Kind::dontneed:
    case model::Kind::free:
    case model::Kind::wp:
    case model::Kind::unwp:
    case model::Kind::guard:
    case model::Kind::unguard:
    case model::Kind::clear_refs:
    case model::Kind::pageout:
    case model::Kind::swapoff:
    case model::Kind::read:
    case model::Kind::kernel_read:
    case model::Kind::unpin:
    case model::Kind::device_read:
    case model::Kind::device_write:
    case model::Kind::kernel_write:
    case model::Kind::force_write:
    case model::Kind::exec:
    case model::Kind::exit:
      return {op};
  }
  return {};
}

namespace {

/// Who acts in the second operation.
struct Second {
  std::string_view name;
  std::uint8_t process;
};
constexpr Second threads{"two threads", 0}, processes{"two processes", 1}, child{"the child", 2};

/// Where pages are the pool's, what takes one would be refused: so it takes all four.
void make_whole(const StartState& state, model::Op& op) {
  if (state.pool == 0 || !model::takes_pages(op.kind)) return;
  op.count = 4;
  if (op.kind == model::Kind::remap) op.to = 4;
  if (op.kind != model::Kind::map) return;
  op.page = 4;
  op.hugetlb = true;
}

/// The second task as it is, and with a look from a third CPU behind it: what one CPU has done,
/// another must see then.
void add(std::vector<PairCase>& cases, const StartState& state, model::Kind first, model::Kind kind,
         const Second& second) {
  const auto start = start_trace(4, state.frames, state.ops, state.fork, state.pool, state.keys);
  auto look = op_of(model::Kind::read, second.process, true);
  look.cpu = 2;
  for (auto a : instances(first, 0, false)) {
    a.oom = state.oom;
    make_whole(state, a);
    for (auto b : instances(kind, second.process, true)) {
      make_whole(state, b);
      const auto name = fmt::format("{}, {}", state.name, second.name);
      cases.push_back({name, {start.world, start.ops, {{a}, {b}}}});
      cases.push_back({name, {start.world, start.ops, {{a}, {b, look}}}});
    }
  }
}

}  // namespace

std::vector<PairCase> cases_of(model::Kind a, model::Kind b) {
  std::vector<PairCase> cases;
  for (const auto& state : states) {
    const auto start = start_trace(4, state.frames, state.ops, state.fork, state.pool, state.keys);
    model::Reference reference(start.world);
    for (const auto& op : start.ops) reference.perform(op);
    for (const auto& second : {threads, processes, child}) {
      if (second.process == 1 && !reference.alive(1)) continue;
      const bool born = second.process != 2;
      if (born || model::begets(a)) add(cases, state, a, b, second);
      if (a != b && (born || model::begets(b))) add(cases, state, b, a, second);
    }
  }
  return cases;
}

}  // namespace cow::props::race
