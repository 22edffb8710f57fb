#include "props/subjects/xv6/changes.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace cow::props::xv6 {
namespace {

using Files = std::map<std::string, std::string>;

TEST(Xv6Changes, TheMemoryBehindPhystopIsTheMakefiles) {
  EXPECT_EQ(memory_beyond({{"Makefile", "QEMUOPTS = -kernel $K/kernel -m 132M -smp 3\n"}}), 4U);
  EXPECT_EQ(memory_beyond({{"Makefile", "QEMUOPTS = -kernel $K/kernel -m 128M -smp 3\n"}}), 0U);
  EXPECT_EQ(memory_beyond({{"Makefile", "QEMUOPTS = -m 9999M\n"}}), 0U);
  EXPECT_EQ(memory_beyond({}), 0U);
}

TEST(Xv6Changes, TheNetworkCardIsThereWhereTheMakefileHasOne) {
  const auto with = emulation_of({{"Makefile", "-device e1000,netdev=net0"}});
  EXPECT_NE(std::ranges::find(with, "e1000,netdev=net0,bus=pcie.0,romfile="), with.end());
  const auto without = emulation_of({{"Makefile", ""}});
  EXPECT_EQ(std::ranges::find(without, "e1000,netdev=net0,bus=pcie.0,romfile="), without.end());
}

TEST(Xv6Changes, MemoryEndsWhereTheKernelHasRoom) {
  std::string text = "#define KERNBASE 0x80000000L\n#define PHYSTOP (KERNBASE + 128*1024*1024)\n";
  ASSERT_TRUE(limit_memory(text, 2 << 20));
  EXPECT_EQ(text, "#define KERNBASE 0x80000000L\n#define PHYSTOP (KERNBASE + 2097152)\n");
  std::string without = "#define KERNBASE 0x80000000L\n";
  EXPECT_FALSE(limit_memory(without, 2 << 20));

  EXPECT_EQ(memory_for("0000000080026000 end\n", 2 << 20), 2U << 20);
  const auto large = memory_for("0000000080026000 edata\n0000000080227000 end\n", 2 << 20);
  EXPECT_GE(large, 0x227000U + 300 * 4096U);
  EXPECT_LE(large, 4U << 20);
}

TEST(Xv6Changes, EveryYearIsEmulatedAsItWants) {
  using Arguments = std::vector<std::string>;
  const Files old = {{"Makefile", "QEMUOPTS = -machine virt"}, {"kernel/start.c", "w_mepc"}};
  EXPECT_EQ(emulation_of(old), (Arguments{"-cpu", "rv64,pmp=false"}));
  const Files later = {{"Makefile", "QEMUOPTS += -global virtio-mmio.force-legacy=false"},
                       {"kernel/start.c", "w_pmpaddr0(0x3fffffffffffffull);"}};
  EXPECT_EQ(emulation_of(later), (Arguments{"-global", "virtio-mmio.force-legacy=false"}));
}

TEST(Xv6Changes, TheAgentGrowsTheHeapLazilyWhereTheTreeCan) {
  Files eager = {{"user/user.h", "char* sbrk(int);"}};
  add_agent(eager);
  EXPECT_FALSE(eager["user/init.c"].starts_with("#define COWCHECK_LAZY"));
  EXPECT_NE(eager["impl/agent/cowcheck_agent.h"].find("COWAGENT_VERSION"), std::string::npos);
  for (const auto* const name : {"heap.h", "script.h", "turns.h", "count.h"})
    EXPECT_NE(eager[std::string("impl/xv6_agent/") + name], "") << name;
  EXPECT_NE(eager["impl/xv6_agent/cowcheck_xv6.h"].find("COWXV6_LOOK"), std::string::npos);
  Files waits = {{"user/user.h", ""}, {"kernel/proc.c", "if(nproc <= 2) {   // only init and sh"}};
  add_agent(waits);
  EXPECT_TRUE(waits["user/init.c"].starts_with("#define COWCHECK_COMPANION\n"));
  Files lazy = {{"user/user.h", "char* sbrk(int); char* sbrklazy(int);"}};
  add_agent(lazy);
  EXPECT_TRUE(lazy["user/init.c"].starts_with("#define COWCHECK_LAZY\n"));
}

TEST(Xv6Changes, ThereAreFewProcesses) {
  Files files = {{"kernel/param.h", "#define NPROC        64  // most\n#define NCPU 8\n"}};
  limit_processes(files);
  EXPECT_EQ(files["kernel/param.h"], "#define NPROC  12  // most\n#define NCPU 8\n");
  Files fewer = {{"kernel/param.h", "#define NPROC 8\n"}};
  limit_processes(fewer);
  EXPECT_EQ(fewer["kernel/param.h"], "#define NPROC 8\n");
}

/// Where memset or memmove are somebody's own, they stay.
TEST(Xv6Changes, MemoryIsCopiedByWordsWhereItIsCopiedAsAlways) {
  const std::string set = "void*\nmemset(void *dst, int c, uint n)\n{\n}\n",
                    move = "void*\nmemmove(void *dst, const void *src, uint n)\n{\n}\n";
  Files files = {{"kernel/string.c", set + move}};
  copy_by_words(files);
  EXPECT_TRUE(files["kernel/string.c"].starts_with("#define memset memset_by_bytes\n"));
  EXPECT_NE(files["kernel/string.c"].find("*to++ = *from++"), std::string::npos);
  Files own = {{"kernel/string.c", set + "void memmove(char *to, char *from, long n) {}\n"}};
  const auto was = own;
  copy_by_words(own);
  EXPECT_EQ(own, was);
}

TEST(Xv6Changes, TheUartTakesBatches) {
  Files files = {{"kernel/uart.c", "#define FCR_FIFO_ENABLE (1<<0)\n#define FCR 2\n"}};
  take_batches(files);
  EXPECT_EQ(files["kernel/uart.c"], "#define FCR_FIFO_ENABLE (1<<0 | 3<<6)\n#define FCR 2\n");
}

}  // namespace
}  // namespace cow::props::xv6
