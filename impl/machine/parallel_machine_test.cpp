#include "impl/machine/parallel_machine.h"

#include <chrono>

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

template <class G>
struct ParallelMachineTest : testing::Test {
  using M = ParallelMachine<G>;
  using Status = kernel::Status;

  System<M> system{test_config<G>()};
  M& m = system.machine();
  Audit<G> audit{m};

  std::string findings() {
    m.rest();
    std::string all;
    audit.look();
    for (const auto& f : audit.findings()) all += f.text + "\n";
    return all;
  }
  Status map(std::uint64_t page, std::uint64_t count, bool huge = false) {
    return system.map(0, page, count, {kernel::Access::write, false, huge});
  }
  Status write(std::uint32_t p, std::uint32_t cpu, std::uint64_t page, std::uint8_t value) {
    return system.write(p, cpu, page * M::page_bytes, {&value, 1});
  }
  int at(std::uint32_t p, std::uint32_t cpu, std::uint64_t page) {
    std::uint8_t value = 0;
    EXPECT_EQ(system.read(p, cpu, page * M::page_bytes, {&value, 1}), Status::ok);
    return value;
  }
};

TYPED_TEST_SUITE(ParallelMachineTest, Geometries);

/// Runs `work(cpu)` on two threads at once.
template <class Work>
void on_two_cpus(Work work) {
  std::thread other([&] {
    const ActAsCpu act(1);
    work(1U);
  });
  work(0U);
  other.join();
}

TYPED_TEST(ParallelMachineTest, TwoThreadsOfOneProcessFaultOnPagesOfTheirOwn) {
  const auto pages = this->m.config().pages;
  ASSERT_EQ(this->map(0, pages), kernel::Status::ok);
  std::array<std::uint32_t, 2> refused{};
  on_two_cpus([&](std::uint32_t cpu) {
    for (auto page = cpu; page < pages; page += 2) {
      const auto value = static_cast<std::uint8_t>(page + 1);
      if (this->write(0, cpu, page, value) != kernel::Status::ok) ++refused[cpu];
    }
  });
  EXPECT_EQ(refused[0] + refused[1], 0U);
  for (std::uint32_t page = 0; page < pages; ++page) {
    EXPECT_EQ(this->at(0, 0, page), static_cast<std::uint8_t>(page + 1));
  }
  EXPECT_EQ(this->findings(), "");
}

TYPED_TEST(ParallelMachineTest, TwoProcessesWriteToWhatTheyShareAtOnce) {
  constexpr std::uint32_t rounds = 200;
  ASSERT_EQ(this->map(0, 4), kernel::Status::ok);
  ASSERT_EQ(this->write(0, 0, 1, 7), kernel::Status::ok);
  std::array<int, 2> wrong{};
  on_two_cpus([&](std::uint32_t cpu) {
    const auto child = 1 + cpu;
    for (std::uint32_t i = 0; i < rounds; ++i) {
      const auto value = static_cast<std::uint8_t>(cpu * 100 + i % 100);
      const bool right =
          this->system.fork(0, child) == kernel::Status::ok && this->at(child, cpu, 1) == 7 &&
          this->write(child, cpu, 1, value) == kernel::Status::ok &&
          this->at(child, cpu, 1) == value && this->system.exit(child) == kernel::Status::ok;
      if (!right) ++wrong[cpu];
    }
  });
  EXPECT_EQ(wrong[0] + wrong[1], 0);
  EXPECT_EQ(this->at(0, 0, 1), 7);
  EXPECT_EQ(this->findings(), "");
  EXPECT_EQ(this->m.header().events[static_cast<std::size_t>(kernel::Event::copy)], 2 * rounds)
      << "events of both CPUs";
}

/// Does `act` wait while CPU 1 is in an instruction? With `looks`, in one that looks for a page of
/// process 0.
template <class M, class Act>
bool waits_for_cpu_1(M& m, bool looks, Act act) {
  std::atomic<bool> done = false;
  m.begin_instruction(1);
  if (looks) {
    EXPECT_FALSE(m.tlb_find(1, 0, m.user_first(), false));
  }
  std::thread other([&] {
    act();
    done = true;
  });
  for (int i = 0; i < 20 && !done; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const bool waits = !done;
  m.end_instruction(1);
  other.join();
  return waits;
}

TYPED_TEST(ParallelMachineTest, AShootdownWaitsForTheInstructionThatRuns) {
  const auto page = this->m.user_first();
  EXPECT_TRUE(waits_for_cpu_1(this->m, true, [&] { this->m.flush_page(0, page); }));
  EXPECT_TRUE(waits_for_cpu_1(this->m, true, [&] { this->m.flush_process(0); }));
  EXPECT_TRUE(waits_for_cpu_1(this->m, false, [&] { this->m.flush_walks(); }));
}

TYPED_TEST(ParallelMachineTest, AShootdownWaitsForNobodyWhoDoesNotKnowTheProcess) {
  const auto flush = [this] { this->m.flush_page(0, this->m.user_first()); };
  EXPECT_FALSE(waits_for_cpu_1(this->m, false, flush));
  EXPECT_TRUE(waits_for_cpu_1(this->m, true, flush));
  EXPECT_TRUE(waits_for_cpu_1(this->m, false, flush)) << "it may have cached the page";
  EXPECT_FALSE(waits_for_cpu_1(this->m, false, [this] {
    this->m.flush_page(0, this->m.user_first() + TestFixture::M::fan);
  })) << "it has not looked there";
  this->m.flush_process(0);
  EXPECT_FALSE(waits_for_cpu_1(this->m, false, flush)) << "it has nothing any more";
}

TYPED_TEST(ParallelMachineTest, ANewProcessIsKnownToNobody) {
  ASSERT_EQ(this->map(0, 1), kernel::Status::ok);
  ASSERT_EQ(this->system.fork(0, 1), kernel::Status::ok);
  ASSERT_EQ(this->write(1, 1, 0, 3), kernel::Status::ok);
  const auto flush = [this] { this->m.flush_page(1, this->m.user_first()); };
  EXPECT_TRUE(waits_for_cpu_1(this->m, false, flush));
  ASSERT_EQ(this->system.exit(1), kernel::Status::ok);
  ASSERT_EQ(this->system.fork(0, 1), kernel::Status::ok);
  EXPECT_FALSE(waits_for_cpu_1(this->m, false, flush)) << "another of the same name";
}

TYPED_TEST(ParallelMachineTest, AnotherCpuSeesTheCopyAtOnce) {
  ASSERT_EQ(this->map(0, 1), kernel::Status::ok);
  ASSERT_EQ(this->write(0, 0, 0, 1), kernel::Status::ok);
  ASSERT_EQ(this->system.fork(0, 1), kernel::Status::ok);
  EXPECT_EQ(this->at(1, 1, 0), 1) << "CPU 1 caches the shared frame";
  ASSERT_EQ(this->write(1, 0, 0, 2), kernel::Status::ok);
  EXPECT_EQ(this->at(1, 1, 0), 2);
  EXPECT_EQ(this->at(0, 1, 0), 1);
}

TYPED_TEST(ParallelMachineTest, RestFindsALockThatIsKept) {
  EXPECT_EQ(this->findings(), "");
  const auto expect_kept = [&](auto take, auto release) {
    take();
    EXPECT_EQ(this->findings(), "1 locks are still held\n");
    release();
    EXPECT_EQ(this->findings(), "");
  };
  expect_kept([&] { this->m.lock_space(0); }, [&] { this->m.unlock_space(0); });
  expect_kept([&] { this->m.share_space(0); }, [&] { this->m.unshare_space(0); });
  expect_kept([&] { this->m.lock_table(this->m.root(0)); },
              [&] { this->m.unlock_table(this->m.root(0)); });
  expect_kept([&] { this->m.begin_instruction(1); }, [&] { this->m.end_instruction(1); });
  this->m.unlock_space(0);
  EXPECT_NE(this->findings(), "") << "released but not held";
}

TYPED_TEST(ParallelMachineTest, ResetBringsBackTheStart) {
  ASSERT_EQ(this->map(0, 4, true), kernel::Status::ok);
  ASSERT_EQ(this->write(0, 0, 0, 1), kernel::Status::ok);
  this->system.fail_allocation(1);
  this->system.reset();
  EXPECT_EQ(this->findings(), "");
  EXPECT_EQ(this->m.free_frames(), this->m.config().frames - 1);
  EXPECT_TRUE(this->m.allocate().ok);
}

}  // namespace
}  // namespace cow::machine
