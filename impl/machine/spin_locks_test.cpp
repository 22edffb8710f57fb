#include "impl/machine/spin_locks.h"

#include <gtest/gtest.h>
#include <mutex>

namespace cow::machine {
namespace {

constexpr int many = 20000;

template <class Work>
void on_two_cpus(Work work) {
  std::thread other([&] {
    const ActAsCpu act(1);
    work(1);
  });
  work(0);
  other.join();
}

TEST(SpinLock, IsHeldByOneAtATime) {
  SpinLock lock;
  int count = 0;  // not atomic
  on_two_cpus([&](int) {
    for (int i = 0; i < many; ++i) {
      const std::lock_guard hold(lock);
      ++count;
    }
  });
  EXPECT_EQ(count, 2 * many);
  EXPECT_FALSE(lock.held());
  EXPECT_FALSE(lock.unlock()) << "says that it was not held";
}

TEST(SharedSpinLock, WhoIsAloneMeetsNobody) {
  SharedSpinLock lock;
  int left = 0, right = 0;  // not atomic; equal whenever nobody is alone
  bool torn = false;
  on_two_cpus([&](int cpu) {
    for (int i = 0; i < many; ++i) {
      if (cpu == 0 && i % 4 == 0) {
        lock.lock();
        ++left, ++right;
        lock.unlock();
      } else {
        lock.share();
        if (cpu == 1 && left != right) torn = true;
        lock.unshare();
      }
    }
  });
  EXPECT_FALSE(torn);
  EXPECT_EQ(left, many / 4);
  EXPECT_EQ(lock.holders(), 0U);
}

TEST(SharedSpinLock, ManyMayShareIt) {
  SharedSpinLock lock;
  lock.share();
  on_two_cpus([&](int) {
    lock.share();  // waits for ever if sharing excludes
    lock.unshare();
  });
  EXPECT_EQ(lock.holders(), 1U);
  EXPECT_TRUE(lock.unshare());
  lock.lock();
  EXPECT_EQ(lock.holders(), 1U);
  EXPECT_TRUE(lock.unlock());
  EXPECT_FALSE(lock.unlock()) << "says that it was not held";
}

}  // namespace
}  // namespace cow::machine
