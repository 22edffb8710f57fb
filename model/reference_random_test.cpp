#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>

#include "model/reference.h"
#include "model/test_traces.h"
#include "model/trace_bytes.h"
#include "model/trace_text.h"

// The reference beside a second model that is built differently: maps of pages, and shared memory
// that really is shared. It decides byte by byte. They must agree about everything visible.

namespace cow::model {
namespace {

using Written = std::map<std::uint32_t, std::uint8_t>;  ///< the bytes ever written

struct SimplePage {
  Access access = Access::none;
  bool shared = false;
  bool dontfork = false, wipeonfork = false;
  std::shared_ptr<Written> bytes;
};
struct SimplePin {
  Access access = Access::none;
  std::shared_ptr<Written> bytes;  ///< null: not held
};
using Space = std::map<std::uint64_t, SimplePage>;  ///< by page number

class SimpleModel {
 public:
  explicit SimpleModel(const World& world) : world_(world) { spaces_[0]; }

  Status perform(const Op& op) {
    if (!spaces_.contains(op.proc)) return Status::no_process;
    switch (op.kind) {
      case Kind::map:
        return map(op);
      case Kind::unmap:
        return unmap(op);
      case Kind::remap:
        return remap(op);
      case Kind::protect:
      case Kind::dontneed:
      case Kind::advise:
        return change(op);
      case Kind::read:
      case Kind::write:
        return access(op);
      case Kind::pin:
      case Kind::unpin:
      case Kind::device_read:
      case Kind::device_write:
        return device(op);
      case Kind::fork:
        return fork(op);
      case Kind::exec:
        spaces_[op.proc].clear();
        pins_[op.proc] = {};
        break;
      case Kind::exit:
        spaces_.erase(op.proc);
        pins_[op.proc] = {};
        break;
    }
    return Status::ok;
  }

  const SimplePin& pin(std::uint32_t proc, std::uint32_t pin) { return pins_[proc][pin]; }
  bool pinned(const SimplePage& page) const {
    for (const auto& [proc, held] : pins_) {
      for (const SimplePin& pin : held) {
        if (pin.bytes == page.bytes) return true;
      }
    }
    return false;
  }

  bool alive(std::uint32_t proc) const { return spaces_.contains(proc); }
  std::size_t living() const { return spaces_.size(); }
  const SimplePage* page(std::uint32_t proc, std::uint32_t page) const {
    const auto space = spaces_.find(proc);
    if (space == spaces_.end()) return nullptr;
    const auto found = space->second.find(page);
    return found == space->second.end() ? nullptr : &found->second;
  }

 private:
  bool bad_range(const Op& op) const {
    return op.count == 0 || std::uint64_t{op.page} + op.count > world_.pages;
  }

  Status map(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    Space after = spaces_[op.proc];
    for (std::uint32_t p = op.page; p < op.page + op.count; ++p) {
      SimplePage page;
      page.access = op.access;
      page.shared = op.sharing == Sharing::shared;
      page.bytes = std::make_shared<Written>();
      if (!after.emplace(p, page).second) return Status::occupied;
    }
    spaces_[op.proc] = after;
    return Status::ok;
  }

  Status unmap(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    std::erase_if(spaces_[op.proc], [&](const auto& entry) {
      return entry.first >= op.page && entry.first < op.page + op.count;
    });
    return Status::ok;
  }

  Status remap(const Op& op) {
    if (bad_range(op) || std::uint64_t{op.to} + op.count > world_.pages) return Status::bad_range;
    if (std::max(op.page, op.to) - std::min(op.page, op.to) < op.count) return Status::bad_range;
    const Space before = spaces_[op.proc];
    Space after = before;
    for (std::uint32_t i = 0; i < op.count; ++i) {
      if (!before.contains(op.page + i)) return Status::not_mapped;
    }
    for (std::uint32_t i = 0; i < op.count; ++i) {
      if (!after.emplace(op.to + i, before.at(op.page + i)).second) return Status::occupied;
      after.erase(op.page + i);
    }
    spaces_[op.proc] = after;
    return Status::ok;
  }

  /// What changes pages one by one.
  Status change(const Op& op) {
    if (bad_range(op)) return Status::bad_range;
    Space after = spaces_[op.proc];
    bool shared = false;
    for (std::uint32_t p = op.page; p < op.page + op.count; ++p) {
      if (!after.contains(p)) return Status::not_mapped;
      SimplePage& page = after[p];
      shared = shared || page.shared;
      if (op.kind == Kind::protect) page.access = op.access;
      if (op.kind == Kind::dontneed && !page.shared) page.bytes = std::make_shared<Written>();
      if (op.kind != Kind::advise) continue;
      if (op.advice == Advice::dontfork) page.dontfork = true;
      if (op.advice == Advice::dofork) page.dontfork = false;
      if (op.advice == Advice::wipeonfork) page.wipeonfork = true;
      if (op.advice == Advice::keeponfork) page.wipeonfork = false;
    }
    const bool wipes = op.kind == Kind::advise && op.advice == Advice::wipeonfork;
    if (wipes && shared) return Status::invalid;
    spaces_[op.proc] = after;
    return Status::ok;
  }

  Status device(const Op& op) {
    if (op.kind == Kind::pin) return take_pin(op);
    if (op.pin >= max_pins || !pins_[op.proc][op.pin].bytes) return Status::no_pin;
    SimplePin& pin = pins_[op.proc][op.pin];
    if (op.kind == Kind::unpin) {
      pin = {};
      return Status::ok;
    }
    const std::uint64_t end = std::uint64_t{op.offset} + op.length;
    if (op.length == 0 || end > page_bytes(world_.geometry)) return Status::bad_range;
    if (op.kind == Kind::device_read) return Status::ok;
    if (pin.access != Access::write) return Status::segfault;
    for (std::uint32_t i = 0; i < op.length; ++i) {
      (*pin.bytes)[op.offset + i] = static_cast<std::uint8_t>(op.value + i);
    }
    return Status::ok;
  }

  Status take_pin(const Op& op) {
    if (op.pin >= max_pins || op.page >= world_.pages) return Status::bad_range;
    if (op.cpu >= world_.cpus) return Status::bad_range;
    if (op.access == Access::none) return Status::bad_range;
    SimplePin& pin = pins_[op.proc][op.pin];
    if (pin.bytes) return Status::busy;
    const auto found = spaces_[op.proc].find(op.page);
    if (found == spaces_[op.proc].end()) return Status::segfault;
    const Access allowed = found->second.access;
    if (allowed == Access::none || (op.access == Access::write && allowed != Access::write)) {
      return Status::segfault;
    }
    pin = {op.access, found->second.bytes};
    return Status::ok;
  }

  Status access(const Op& op) {
    const std::uint64_t size = page_bytes(world_.geometry);
    const std::uint64_t begin = op.page * size + op.offset;
    const std::uint64_t end = begin + op.length;
    if (op.length == 0 || op.cpu >= world_.cpus || end > world_.pages * size) {
      return Status::bad_range;
    }
    Space& space = spaces_[op.proc];
    for (std::uint64_t byte = begin; byte < end; ++byte) {
      const auto page = space.find(byte / size);
      if (page == space.end() || page->second.access == Access::none) return Status::segfault;
      if (op.kind == Kind::write && page->second.access != Access::write) return Status::segfault;
    }
    if (op.kind == Kind::read) return Status::ok;
    for (std::uint64_t byte = begin; byte < end; ++byte) {
      const auto value = static_cast<std::uint8_t>(op.value + (byte - begin));
      (*space[byte / size].bytes)[static_cast<std::uint32_t>(byte % size)] = value;
    }
    return Status::ok;
  }

  Status fork(const Op& op) {
    if (op.child >= world_.procs) return Status::bad_range;
    if (spaces_.contains(op.child)) return Status::busy;
    Space copy = spaces_[op.proc];
    std::erase_if(copy, [](const auto& entry) { return entry.second.dontfork; });
    for (auto& [number, page] : copy) {
      if (page.shared) continue;
      page.bytes =
          page.wipeonfork ? std::make_shared<Written>() : std::make_shared<Written>(*page.bytes);
    }
    spaces_[op.child] = copy;
    return Status::ok;
  }

  World world_;
  std::map<std::uint32_t, Space> spaces_;  ///< of the living
  std::map<std::uint32_t, std::array<SimplePin, max_pins>> pins_;
};

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
  ASSERT_EQ(page.object != 0, expected->shared || simple.pinned(*expected));
  ASSERT_EQ(page.fresh, expected->bytes->empty());
  expect_same_bytes(bytes, expected->bytes.get());
}

void expect_same(const Reference& reference, SimpleModel& simple) {
  ASSERT_EQ(reference.living(), simple.living());
  for (std::uint32_t proc = 0; proc < reference.world().procs; ++proc) {
    ASSERT_EQ(reference.alive(proc), simple.alive(proc));
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
    if (shape(op.kind).range == Range::buffer) op.offset %= 12;
    if (takes_pages(op.kind)) op.count = 1 + op.count % 3;
  }
  std::erase_if(trace.ops, [](const Op& op) {  // what ends pins comes too often
    return op.kind == Kind::exec || (op.kind == Kind::unmap && op.value % 2 == 0);
  });
  for (Op& op : trace.ops) {
    if (op.kind == Kind::exit) op.proc = 1;
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
    const bool reads = op.kind == Kind::read || op.kind == Kind::device_read;
    if (reads && expected == Status::ok) {
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
  for (int i = 0; i < 400; ++i) {
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
                   {.kind = Kind::map, .access = Access::write, .page = 0, .count = 5});
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
