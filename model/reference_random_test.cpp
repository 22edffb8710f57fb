#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "model/reference.h"
#include "model/simple_model.h"
#include "model/test_traces.h"
#include "model/trace_bytes.h"
#include "model/trace_text.h"

// The reference beside a second model that is built differently. They must agree about everything
// visible.

namespace cow::model {
namespace {

void expect_same_bytes(std::span<const std::uint8_t> bytes, const Written* written) {
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    const bool known = written != nullptr && written->contains(i);
    ASSERT_EQ(bytes[i], known ? written->at(i) : 0) << "byte " << i;
  }
}

void expect_same_page(const Reference& reference, const SimpleModel& simple, std::uint32_t proc,
                      std::uint32_t number) {
  const SimplePage* expected = simple.page(proc, number);
  const Page& page = reference.page(proc, number);
  ASSERT_EQ(page.mapped, expected != nullptr);
  const std::span<const std::uint8_t> bytes = reference.bytes(proc, number);
  if (expected == nullptr) {
    ASSERT_EQ(page, Page{});
    return expect_same_bytes(bytes, nullptr);
  }
  ASSERT_EQ(page.access, expected->access);
  ASSERT_EQ(page.sharing == Sharing::shared, expected->shared);
  ASSERT_EQ(page.dontfork, expected->dontfork);
  ASSERT_EQ(page.wipeonfork, expected->wipeonfork);
  ASSERT_EQ(page.object != 0,
            expected->shared || shows_file(*expected) || simple.pinned(*expected));
  ASSERT_EQ(page.file, expected->file != nullptr);
  if (!page.file) ASSERT_EQ(page.fresh, expected->bytes->empty());
  ASSERT_EQ(page.guard, expected->guard);
  const bool own = !expected->shared && !shows_file(*expected);
  if (!page.file)
    ASSERT_EQ(was_written(page), own && !expected->bytes->empty() && !expected->clean);
  expect_same_bytes(bytes, expected->bytes.get());
}

void expect_same(const Reference& reference, SimpleModel& simple) {
  ASSERT_EQ(reference.living(), simple.living());
  for (std::uint32_t proc = 0; proc < reference.world().procs; ++proc) {
    ASSERT_EQ(reference.alive(proc), simple.alive(proc));
    ASSERT_EQ(reference.process(proc).waits, simple.waits(proc));
    for (std::uint32_t page = 0; page < reference.world().pages; ++page) {
      SCOPED_TRACE(testing::Message() << "P" << proc << " p" << page);
      ASSERT_NO_FATAL_FAILURE(expect_same_page(reference, simple, proc, page));
    }
    for (std::uint32_t pin = 0; pin < max_pins; ++pin) {
      SCOPED_TRACE(testing::Message() << "P" << proc << " d" << pin);
      ASSERT_EQ(reference.pin(proc, pin).access, simple.pin(proc, pin).access);
      const Written* written = simple.pin(proc, pin).bytes.get();
      ASSERT_NO_FATAL_FAILURE(expect_same_bytes(reference.pinned(proc, pin), written));
    }
  }
}

/// What a read answers must be what the pages show.
void expect_read(const Reference& reference, const Op& op, std::span<const std::uint8_t> answer) {
  ASSERT_EQ(answer.size(), op.length);
  if (op.kind == Kind::device_read) {
    const auto pinned = reference.pinned(op.proc, op.pin).subspan(op.offset, op.length);
    ASSERT_TRUE(std::ranges::equal(answer, pinned));
    return;
  }
  const std::uint32_t size = page_bytes(reference.world().geometry);
  for (std::uint32_t i = 0; i < op.length; ++i) {
    const std::uint32_t byte = op.page * size + op.offset + i;
    ASSERT_EQ(answer[i], reference.bytes(op.proc, byte / size)[byte % size]);
  }
}

/// The same operations with few names, so that they meet what others left behind.
Trace crowded(Trace trace) {
  for (Op& op : trace.ops) {
    op.page %= 6;
    op.proc %= 2;
    op.pin = 0;
    if (shape(op.kind).to) op.to = 4 + op.to % 6;
    if (op.file) op.to %= 6;
    if (shape(op.kind).range == Range::buffer) op.offset %= 12;
    if (takes_pages(op.kind)) op.count = 1 + op.count % 3;
    if (op.hugetlb) op.page = op.page / 4 * 4, op.to = op.to / 4 * 4, op.count = 4;
  }
  std::erase_if(trace.ops, [](const Op& op) {  // what ends pins comes too often
    return op.kind == Kind::exec || (op.kind == Kind::unmap && op.value % 2 == 0);
  });
  for (Op& op : trace.ops) {
    if (op.kind == Kind::exit) op.proc = 1;
    if (shape(op.kind).child) op.child %= 3;
  }
  return trace;
}

/// Runs both; counts per kind how often it was ok and how often refused.
using Census = std::array<std::array<int, 2>, kind_count>;

void run(const Trace& trace, Census& census) {
  Reference reference(trace.world);
  SimpleModel simple(trace.world);
  for (const Op& op : trace.ops) {
    SCOPED_TRACE(print(op));
    const Status expected = simple.perform(op);
    ASSERT_EQ(reference.check(op), expected);
    const Answer answer = reference.perform(op);
    ASSERT_EQ(answer.status, expected);
    if (answers_bytes(op.kind) && expected == Status::ok) {
      ASSERT_NO_FATAL_FAILURE(expect_read(reference, op, answer.bytes));
    } else {
      ASSERT_TRUE(answer.bytes.empty());
    }
    ASSERT_NO_FATAL_FAILURE(expect_same(reference, simple));
    ++census[static_cast<std::size_t>(op.kind)][expected == Status::ok ? 0 : 1];
  }
}

TEST(ReferenceRandom, AgreesWithASimpleModelThatReallyShares) {
  TestRandom random(1);
  Census census{};
  for (int i = 0; i < 900; ++i) {
    std::vector<std::uint8_t> bytes(bytes_per_world + 80 * bytes_per_op);
    for (std::uint8_t& byte : bytes) byte = random.byte_below(256);
    ASSERT_NO_FATAL_FAILURE(run(decode(bytes), census)) << "trace " << i;
    ASSERT_NO_FATAL_FAILURE(run(crowded(decode(bytes)), census)) << "crowded trace " << i;
  }
  for (std::size_t kind = 0; kind < census.size(); ++kind) {
    SCOPED_TRACE(name(static_cast<Kind>(kind)));
    EXPECT_GT(census[kind][0], 50);
    EXPECT_GT(census[kind][1], 50);
  }
}

TEST(ReferenceRandom, AgreesOutsideOfTheWorldToo) {
  TestRandom random(2);
  Census census{};
  for (int i = 0; i < 100; ++i) {
    Trace trace{World{}, {}};
    for (int k = 0; k < 60; ++k) {
      Op op = random_op(random, trace.world);
      if (random.below(8) == 0) op.proc = random.byte_below(8);
      if (random.below(8) == 0) op.cpu = random.byte_below(8);
      if (random.below(8) == 0) op.pin = random.byte_below(8);
      if (random.below(8) == 0) op.to = static_cast<std::uint32_t>(random.next());
      if (random.below(8) == 0) op.child = random.byte_below(8);
      if (random.below(8) == 0) op.offset = static_cast<std::uint32_t>(random.next());
      trace.ops.push_back(op);
    }
    ASSERT_NO_FATAL_FAILURE(run(trace, census)) << "trace " << i;
  }
}

TEST(ReferenceRandom, AgreesOnLargePages) {
  TestRandom random(3);
  Census census{};
  std::vector<std::uint8_t> bytes(bytes_per_world + 60 * bytes_per_op);
  for (std::uint8_t& byte : bytes) byte = random.byte_below(256);
  Trace trace = decode(bytes, Geometry::x86_64);
  trace.world.pages = 1024;
  std::erase_if(trace.ops, [](const Op& op) {
    return op.kind == Kind::exit || op.kind == Kind::exec || op.kind == Kind::unmap;
  });
  trace.ops.insert(trace.ops.begin(),
                   {{.kind = Kind::map, .access = Access::write, .page = 0, .count = 5},
                    {.kind = Kind::fork, .child = 1}});
  for (Op& op : trace.ops) {  // few names, so that accesses meet mappings
    op.page %= 4;
    op.proc %= 2;
  }
  ASSERT_NO_FATAL_FAILURE(run(trace, census));
  EXPECT_GT(census[static_cast<std::size_t>(Kind::write)][0], 1);
  EXPECT_GT(census[static_cast<std::size_t>(Kind::fork)][0], 0);
}

}  // namespace
}  // namespace cow::model
