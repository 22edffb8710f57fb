#include "props/export/c_program.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "props/traces/library.h"

namespace cow::props {
namespace {

namespace fs = std::filesystem;

/// Compiles the program and runs it; its exit status, or -1 when it does not compile.
int run(const std::string& program) {
  std::string pattern = (fs::temp_directory_path() / "cowcheck-export-XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  std::ofstream(folder / "trace.c") << program;
  const auto in = "cd '" + folder.string() + "' && ";
  int status = std::system(
      (in + "cc -Wall -Wextra -Wno-unused-function -Werror -O1 -o trace trace.c").c_str());
  if (status != 0) return -1;
  status = std::system((in + "timeout 30 ./trace >out 2>&1").c_str());
  if (WEXITSTATUS(status) > 1) std::system((in + "cat out").c_str());
  fs::remove_all(folder);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

int run_trace(std::string_view text) { return run(c_program(model::parse(text))); }

TEST(ExportC, TheScenariosPassOnLinux) {
  for (const auto& stored : trace_library()) {
    if (!stored.name.starts_with("scenarios/")) continue;
    const auto beyond = beyond_c(model::parse(stored.text).trace);
    EXPECT_EQ(beyond, stored.name == "scenarios/spawn" ? "vfork" : "") << stored.name;
    if (beyond.empty()) EXPECT_EQ(run_trace(stored.text), 0) << stored.name;
  }
}

/// A program that expects what is wrong must fail: the same trace with another byte expected.
TEST(ExportC, AWrongByteFails) {
  const auto text = model::parse(
      "P0 map p0 1 private write\nP0 write p0 2 0x41\nP0 fork P1\nP1 write p0 1 0x51\n"
      "P0 read p0 2\n");
  auto program = c_program(text);
  EXPECT_EQ(run(program), 0);
  const auto at = program.find("see(0, 2, 0x41, 1)");
  ASSERT_NE(at, std::string::npos) << program;
  program.replace(at, 18, "see(0, 2, 0x51, 1)");
  EXPECT_EQ(run(program), 1);
}

TEST(ExportC, ARefusalThatDoesNotComeFails) {
  const auto text =
      model::parse("P0 map p0 1 private read\nP0 write p0 1 0x41\nP0 map p0 1 private read\n");
  auto program = c_program(text);
  EXPECT_EQ(run(program), 0);
  const auto at = program.find("PROT_READ, MAP_PRIVATE");
  ASSERT_NE(at, std::string::npos) << program;
  program.replace(at, 9, "PROT_READ | PROT_WRITE");
  EXPECT_EQ(run(program), 1);
}

TEST(ExportC, EveryKindIsSaid) {
  EXPECT_EQ(run_trace("world tiny cpus=2\n"
                      "P0 map p0 4 private write\nP0 map p4 2 shared write\nP0 write p0 64 0x10\n"
                      "P0 protect p1 1 read\nP0 kernel-write p1 2 0x01\nP0 force-write p1 2 0x77\n"
                      "P0 remap p2 1 p8\nP0 dontneed p3 1\nP0 advise p0 1 wipeonfork\n"
                      "P0 advise p8 1 dontfork\nP0 pageout p0 2\nP0 collapse p0 2\n"
                      "P0 kernel-read p0 32\nP0 fork P1\nP1 read p0 32\nP1 read p8 1\n"
                      "P1 write p4 2 0x55\nP0 read p4 2\nP1 exec\nP1 read p0 1\n"
                      "P1 map p0 1 private write\nP0 unmap p3 1\nP0 exit\nP1 write p0 1 0x09\n"),
            0);
}

/// Linux has guards since 6.13.
TEST(ExportC, GuardsAreAskedFor) {
  const auto text = model::parse(
      "P0 map p0 2 private write\nP0 write p0 1 0x41\nP0 guard p0 1\nP0 read p0 1\n"
      "P0 unguard p0 2\nP0 read p0 1\n");
  const auto program = c_program(text);
  EXPECT_NE(program.find("102 /* MADV_GUARD_INSTALL */"), std::string::npos) << program;
  void* const page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool has_guards = madvise(page, 4096, 102) == 0;
  munmap(page, 4096);
  if (!has_guards) GTEST_SKIP() << "this Linux has no guards";
  EXPECT_EQ(run(program), 0);
}

/// Bytes of a page that was given up may be zeroes, until they are written.
TEST(ExportC, WhatWasGivenUpMayBeZeroes) {
  const auto program = c_program(model::parse(
      "P0 map p0 2 private write\nP0 write p0 32 0x41\nP0 free p0 1\nP0 pageout p0 2\n"
      "P0 read p0 32\nP0 write p0+3 2 0x71\nP0 fork P1\nP0 remap p0 1 p4\nP1 read p0 16\n"
      "P0 read p4 16\nP1 dontneed p0 1\nP1 read p0 16\n"));
  EXPECT_NE(program.find("see_or_zero(0, 3, 0x41, 1); see(3, 2, 0x71, 1); see_or_zero(5, 11, 0x46"),
            std::string::npos)
      << program;
  EXPECT_EQ(run(program), 0);
}

TEST(ExportC, TheFileIsOneForAllProcesses) {
  const std::string maps =
      "P0 map p0 2 private write file@p3\nP0 map p4 2 shared write file@p3\n"
      "P0 write p4 2 0x41\nP0 write p0+1 1 0x51\nP0 write p4 1 0x61\n";
  EXPECT_EQ(run_trace(maps + "P0 fork P1\nP1 write p5 1 0x71\nP0 read p0 32\nP1 read p0 32\n"
                             "P1 dontneed p0 1\nP1 read p0 2\nP0 exec\n"
                             "P0 map p8 2 private read file@p3\nP0 read p8 32\n"),
            0);
  // A store that changes the file before it comes to a private page of it.
  EXPECT_EQ(run_trace("P0 map p0 1 shared write file@p3\nP0 map p1 1 private write file@p3\n"
                      "P0 write p0 18 0x41\nP0 read p0 32\n"),
            0);
  auto program = c_program(model::parse(maps + "P0 read p0 2\n"));
  const auto at = program.find("MAP_PRIVATE, 0, 3");
  ASSERT_NE(at, std::string::npos) << program;
  program.replace(at, 11, "MAP_SHARED ");
  EXPECT_EQ(run(program), 1);
}

}  // namespace
}  // namespace cow::props
