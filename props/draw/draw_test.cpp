#include "props/draw/draw.h"

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "model/trace_text.h"

namespace cow::props {
namespace {

using model::Access;
using model::Kind;
using model::Op;
using model::Reference;
using model::Status;

/// Calls `visit(op, status)` for each operation of `traces` drawn traces, up to 100 each; the
/// reference performs them.
template <class Visit>
void draw_traces(std::uint64_t traces, const model::World& world, Visit visit) {
  Reference reference(world);
  for (std::uint64_t i = 0; i < traces; ++i) {
    reference.reset();
    Draw draw(world, seed_of(1, i));
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      const Op op = draw.next(reference);
      visit(op, reference.perform(op).status);
    }
  }
}

/// FNV-1a, 64 bits.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) value_ = (value_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

/// The same seed must mean the same operations on every compiler, and in every later version:
/// seeds stand in reports. A change of Draw changes this number, on purpose only.
TEST(Draw, MeansTheSameByASeedEverywhere) {
  Hash hash;
  std::size_t ops = 0;
  draw_traces(200, model::World{}, [&](const Op& op, Status) {
    if (ops < 10'000) hash.add(model::print(op) + "\n"), ++ops;
  });
  EXPECT_EQ(ops, 10'000U);
  EXPECT_EQ(hash.value(), 6000798138685419066U);
}

/// Else a failure could not be told.
TEST(Draw, WhatItDrawsCanBeWrittenAndReadAgain) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    model::Trace trace{draw_world({}, seed), {}};
    Reference reference(trace.world);
    Draw draw(trace.world, seed);
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      trace.ops.push_back(draw.next(reference));
      reference.perform(trace.ops.back());
    }
    model::TraceText text;
    text.trace = trace;
    EXPECT_EQ(model::parse(model::print(text)).trace, trace) << "seed " << seed;
  }
}

TEST(Draw, OtherSeedsMeanOtherOperations) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const model::World world;
    Reference reference(world);
    Draw draw(world, seed);
    Hash hash;
    for (int i = 0; i < 10; ++i) {
      const Op op = draw.next(reference);
      reference.perform(op);
      hash.add(model::print(op));
    }
    hashes.insert(hash.value());
  }
  EXPECT_EQ(hashes.size(), 100U);
}

TEST(Draw, HalfOfTheWritesSucceed) {
  std::uint64_t writes = 0, succeeded = 0;
  draw_traces(3000, model::World{}, [&](const Op& op, Status status) {
    if (op.kind != Kind::write) return;
    ++writes;
    succeeded += status == Status::ok ? 1U : 0U;
  });
  EXPECT_GT(writes, 10'000U);
  EXPECT_GE(succeeded * 2, writes) << succeeded << " of " << writes;
}

TEST(Draw, EveryKindSucceedsAndIsRefused) {
  std::map<Kind, std::uint64_t> succeeded, refused;
  draw_traces(3000, model::World{}, [&](const Op& op, Status status) {
    ++(status == Status::ok ? succeeded : refused)[op.kind];
  });
  for (int kind = 0; kind < model::kind_count; ++kind) {
    const auto k = static_cast<Kind>(kind);
    EXPECT_GE(succeeded[k], 100U) << model::name(k);
    EXPECT_GE(refused[k], 10U) << model::name(k);
  }
}

TEST(Draw, EveryStatusOfTheReferenceOccurs) {
  std::set<Status> seen;
  draw_traces(3000, model::World{}, [&](const Op&, Status status) { seen.insert(status); });
  EXPECT_EQ(seen, (std::set{Status::ok, Status::no_process, Status::busy, Status::bad_range,
                            Status::occupied, Status::not_mapped, Status::segfault, Status::invalid,
                            Status::no_pin, Status::trapped}));
}

/// What is special about the operands of an operation that succeeded.
std::set<std::string> features(const Op& op, const model::World& world) {
  std::set<std::string> found;
  const auto bytes = model::page_bytes(world.geometry), fan = model::huge_pages(world.geometry);
  if (op.oom > 0) found.insert("oom on " + std::string(model::name(op.kind)));
  if (op.kind == Kind::map && op.huge) found.insert("huge");
  if (op.kind == Kind::map && op.huge && op.page % fan == 0 && op.count >= fan) {
    found.insert("whole huge page");
  }
  if (op.kind == Kind::map) found.insert(std::string(model::name(op.sharing)));
  if (op.kind == Kind::map || op.kind == Kind::protect) {
    found.insert(std::string(model::name(op.kind)) + " for " + std::string(model::name(op.access)));
  }
  if (op.kind == Kind::remap) {
    const bool whole = op.page % fan == 0 && op.count >= fan;
    const bool aligned = op.page % fan == op.to % fan;
    found.insert(std::string(aligned ? "aligned" : "misaligned") + " remap" +
                 (whole ? " of a huge page" : ""));
  }
  if (op.kind == Kind::dontneed && op.count % fan == 0) found.insert("dontneed of a huge page");
  if (op.kind == Kind::collapse && op.page % fan == 0 && op.count % fan == 0) {
    found.insert("collapse of a huge page");
  }
  if (op.kind == Kind::advise) found.insert("advise " + std::string(model::name(op.advice)));
  if (op.kind == Kind::pin) found.insert("pin for " + std::string(model::name(op.access)));
  if (model::takes_pages(op.kind) && op.count > fan) found.insert("more than a huge page");
  if (model::takes_pages(op.kind) && op.page + op.count == world.pages) found.insert("to the end");
  if (!model::is_access(op.kind)) return found;
  const auto name = std::string(model::name(op.kind));
  if (op.cpu > 0) found.insert(name + " on another CPU");
  if (op.offset + op.length > bytes) found.insert(name + " across a border");
  if (op.offset + op.length > 2 * bytes) found.insert(name + " across two borders");
  if (op.offset == 0 && op.length == bytes) found.insert(name + " of a whole page");
  return found;
}

TEST(Draw, EveryFeatureOfOperandsOccursAndWorks) {
  std::set<std::string> all = {"huge",
                               "whole huge page",
                               "private",
                               "shared",
                               "more than a huge page",
                               "to the end",
                               "map for none",
                               "map for read",
                               "map for write",
                               "protect for none",
                               "protect for read",
                               "protect for write",
                               "read on another CPU",
                               "write on another CPU",
                               "read across a border",
                               "write across a border",
                               "read across two borders",
                               "write across two borders",
                               "read of a whole page",
                               "write of a whole page",
                               "oom on map",
                               "oom on unmap",
                               "oom on protect",
                               "oom on read",
                               "oom on write",
                               "oom on fork",
                               "oom on exec",
                               "oom on exit",
                               "oom on remap",
                               "oom on dontneed",
                               "oom on advise",
                               "oom on pin",
                               "oom on unpin",
                               "oom on device-read",
                               "oom on device-write",
                               "oom on split",
                               "oom on collapse",
                               "oom on migrate",
                               "oom on compact",
                               "collapse of a huge page",
                               "aligned remap",
                               "misaligned remap",
                               "aligned remap of a huge page",
                               "misaligned remap of a huge page",
                               "dontneed of a huge page",
                               "advise dontfork",
                               "advise dofork",
                               "advise wipeonfork",
                               "advise keeponfork",
                               "pin for read",
                               "pin for write"};
  for (const std::string kind : {"kernel-read", "kernel-write", "force-write"}) {
    all.merge(std::set{kind + " across a border", kind + " across two borders",
                       kind + " of a whole page", "oom on " + kind});
  }
  for (const std::string kind : {"pageout", "swapoff", "merge", "unmerge", "free", "wp", "unwp",
                                 "guard", "unguard", "clear-refs", "vfork", "wait"})
    all.insert("oom on " + kind);
  std::map<std::string, int> seen;
  const model::World world;
  draw_traces(3000, world, [&](const Op& op, Status status) {
    if (status != Status::ok) return;
    for (const auto& feature : features(op, world)) ++seen[feature];
  });
  for (const auto& feature : all) EXPECT_GE(seen[feature], 5) << feature;
  EXPECT_EQ(seen.size(), all.size()) << "a feature that this test does not expect";
}

/// What the devices are for: their owner forks, and then either writes to what they hold.
TEST(Draw, WritesToPinnedPagesAfterForks) {
  Reference reference((model::World()));
  int by_owner = 0, by_child = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    reference.reset();
    Draw draw({}, seed_of(1, i));
    std::optional<Op> fork;
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      const Op op = draw.next(reference);
      const bool ok = reference.perform(op).status == Status::ok;
      if (ok && op.kind == Kind::fork) fork = op;
      if (!ok || op.kind != Kind::write || !fork) continue;
      const bool pinned = reference.page(fork->proc, op.page).object != 0 &&
                          reference.page(fork->proc, op.page).sharing == model::Sharing::private_;
      by_owner += pinned && op.proc == fork->proc ? 1 : 0;
      by_child += pinned && op.proc == fork->child ? 1 : 0;
    }
  }
  EXPECT_GE(by_owner, 100);
  EXPECT_GE(by_child, 50);
}

/// Else a subject that lacks some kinds would be tested with the empty rest of a trace.
TEST(Draw, LeavesOutKindsAtNoCost) {
  Kinds few;
  for (const Kind k : {Kind::map, Kind::read, Kind::write, Kind::fork, Kind::exit}) {
    few.set(static_cast<std::size_t>(k));
  }
  const model::World world;
  Reference reference(world);
  std::set<Kind> seen;
  for (std::uint64_t i = 0; i < 300; ++i) {
    reference.reset();
    Draw draw(world, seed_of(1, i), few);
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      const Op op = draw.next(reference);
      seen.insert(op.kind);
      reference.perform(op);
    }
  }
  EXPECT_EQ(seen, (std::set{Kind::map, Kind::read, Kind::write, Kind::fork, Kind::exit}));
}

TEST(Draw, ReachesDeepFamilies) {
  std::uint32_t most = 0;
  const model::World world;
  Reference reference(world);
  for (std::uint64_t i = 0; i < 100; ++i) {
    reference.reset();
    Draw draw(world, seed_of(1, i));
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      reference.perform(draw.next(reference));
      most = std::max(most, reference.living());
    }
  }
  EXPECT_EQ(most, world.procs);
}

TEST(Draw, WorksInTheLargeGeometry) {
  std::uint64_t writes = 0, succeeded = 0;
  draw_traces(20, model::default_world(model::Geometry::x86_64), [&](const Op& op, Status s) {
    writes += op.kind == Kind::write ? 1U : 0U;
    succeeded += op.kind == Kind::write && s == Status::ok ? 1U : 0U;
  });
  EXPECT_GT(writes, 100U);
  EXPECT_GE(succeeded * 2, writes);
}

}  // namespace
}  // namespace cow::props
