#include <array>
#include <sstream>

#include "props/cli/cli_fixture.h"

namespace cow::props::cli {
namespace {

/// `timeout` sends SIGTERM (--foreground: once; a second ends the program). What has passed until
/// then says nothing of the rest.
TEST_F(Cli, WhatIsInterruptedDoesNotPass) {
  const std::string program = COWCHECK_PROGRAM;
  for (const std::string command : {"run --for 60s --jobs 1", "race", "explore", "gate"}) {
    const auto line = fmt::format(
        "cd {} && timeout --foreground --preserve-status 1 {} {} >out 2>error </dev/null",
        folder_.string(), program, command);
    EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 1) << command;
    EXPECT_NE(slurp("out").find("verdict: unknown"), std::string::npos) << command << slurp("out");
    EXPECT_EQ(slurp("out").find("verdict: pass"), std::string::npos) << command;
  }
}

/// README's first example, which whoever draws otherwise has to write anew. What is too long for a
/// line there ends in "…".
TEST_F(Cli, ReadmeShowsWhatIsPrinted) {
  std::ifstream in(COWCHECK_SOURCE_DIR "/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  const std::string program = "`./cowcheck ";
  const auto command = readme.find(program + "run --subject museum:");
  ASSERT_NE(command, std::string::npos);
  const auto args = command + program.size();
  const auto out = run(readme.substr(args, readme.find('`', args) - args)).out;
  const auto block = readme.find("```\n", args) + 4;
  std::istringstream lines(readme.substr(block, readme.find("```", block) - block));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_NE(out.find(line.substr(0, line.find(", …"))), std::string::npos) << line;
  }
}

TEST_F(Cli, BadTracesAreOneLineWithTheirPlace) {
  expect_error("replay " + write("a", "P0 map p0 1 private write\nP0 hop\n"), "a:2: ");
  expect_error("replay " + write("b", ""), "b: is empty");
  expect_error("replay " + write("c", "# nothing\n"), "c");
  expect_error("replay " + write("d", "P0 write p99 1 0x01\n"), "d:1: ");
  expect_error("replay " + write("e", "P9 exit\n"), "e:1: ");
  expect_error("replay " + write("f", std::string("P0 exit\n\0", 9)), "not text");
  expect_error("replay .", "is a directory");
  expect_error("replay nowhere", "No such file");
  expect_error("replay", "give one trace");
  expect_error("replay --ops 'P0 fork'", "operation 1");
  expect_error("shrink --bytes " + write("g", "abc"), "g: ");
  expect_error("explain " + write("h", "world tiny frames=1\nP0 exit\n"), "h:1: ");
}

TEST_F(Cli, AHundredMegabytesOfNoiseAreRefused) {
  std::string noise(100 << 20, '\0');
  std::uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  expect_error("replay " + write("noise", noise), "noise: ");
  expect_error("replay --bytes noise", "noise: ");
}

TEST_F(Cli, BadArgumentsAreOneLine) {
  expect_error("nothing", "no command 'nothing'");
  expect_error("run --subject nobody", "unknown subject");
  expect_error("run --subject ./none.so", "no such file");
  expect_error("run --frames 3", "frames must be 8 to 65536");
  expect_error("run --for 3x", "no duration");
  expect_error("run --seed minus", "--seed");
  expect_error("gate --jobs 0", "--jobs");
  expect_error("museum nothing", "no exhibit");
  expect_error("museum --show nothing", "no exhibit");
  expect_error("explore --scope nothing", "no scope");
  expect_error("explore --subject ./mine.so", "cannot be explored");
  expect_error("explore --scope small --resume nowhere", "nowhere: No such file");
  expect_error("explore --scope small --resume " + write("x", "P0 exit"), "x: ends too early");
  expect_error("explore --save here", "need one --scope");
  expect_error("explore --depth 0", "--depth");
  expect_error("bench --only nothing", "--only");
  expect_error("race --pair write", "two operations");
  expect_error("race --pair write,hop", "no operation");
  expect_error("race --triple write,fork", "three operations");
  expect_error("race --triples --pair write,fork", "excludes");
  expect_error("race --subject nobody", "cannot be raced");
  expect_error("race --subject museum:C1", "cannot be raced");
  expect_error("race --for 3x", "no duration");
  expect_error("race --preemptions -1", "--preemptions");
  expect_error("race --replay nowhere", "No such file");
  expect_error("race --replay " + write("r1", "A P0 exit\nB P0 hop\n"), "r1:2: ");
  expect_error("race --replay " + write("r2", "A P0 exit\n"), "r2: ");
  expect_error("prove --nothing", "--nothing");
  expect_error("export-c", "give one trace");
  expect_error("export-c nowhere", "No such file");
  expect_error("record", "command");
  expect_error("record -- ./nothing", "nothing: No such file");
  expect_error("record --output " + write("kept", "mine") + " -- true", "kept exists already");
  expect_error("record --output nowhere/x -- true", "nowhere/x: No such file");
  expect_error("record --geometry tiny --pages 65 -- true", "at most 64 pages");
  EXPECT_EQ(slurp("kept"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "recorded.trace"));
}

TEST_F(Cli, NothingIsOverwritten) {
  write("cowcheck-1.trace", "mine");
  std::string ops = "P0 map p0 1 private write\nP0 write p0 1 0x01\nP0 fork P1\n";
  for (int i = 0; i < 50; ++i) ops += "P0 read p0 1\n";
  const auto result = run("replay --subject museum:G15 " + write("long", ops));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(slurp("cowcheck-1.trace"), "mine");
  EXPECT_EQ(slurp("long"), ops);
}

TEST_F(Cli, ACounterexampleReproducesByTheLineItPrints) {
  const auto found = run("run --subject museum:B9-leak --seed 3 --traces 5000");
  EXPECT_EQ(found.status, 1);
  const std::string key = "reproduce: ./cowcheck ";
  const auto at = found.out.find(key);
  ASSERT_NE(at, std::string::npos) << found.out;
  const auto line = found.out.substr(at + key.size(), found.out.find('\n', at) - at - key.size());
  const auto again = run(line);
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find("counterexample: exact-count is broken"), std::string::npos);
}

/// The same text from every compiler and on every machine; see also golden.txt beside this file.
TEST_F(Cli, TheSameSeedPrintsTheSameBytes) {
  const std::string args = "run --subject museum:B11 --seed 1 --traces 5000";
  const auto first = run(args);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(run(args).out, first.out);
  std::ifstream golden(COWCHECK_SOURCE_DIR "/props/cli/golden.txt");
  EXPECT_EQ(first.out, std::string(std::istreambuf_iterator<char>(golden), {}));
}

TEST_F(Cli, TheMuseumTellsWhatWentWrongAndHowItGoes) {
  const auto trace = run("museum --show A26");
  EXPECT_EQ(trace.status, 0) << trace.out;
  EXPECT_NE(trace.out.find("write_verify"), std::string::npos) << trace.out;
  EXPECT_NE(trace.out.find("counterexample: isolation is broken"), std::string::npos) << trace.out;
  const auto race = run("museum --show C5-race");
  EXPECT_EQ(race.status, 0) << race.out;
  EXPECT_NE(race.out.find("schedule A"), std::string::npos) << race.out;
  EXPECT_NE(race.out.find("no order explains the answers"), std::string::npos) << race.out;
}

TEST_F(Cli, TheKillMatrixAsJson) {
  const auto matrix = run("museum A26 --engine trace --json");
  EXPECT_EQ(matrix.status, 0) << matrix.out;
  EXPECT_EQ(matrix.out.find('{'), 0U) << matrix.out;
  EXPECT_NE(matrix.out.find("\"verdict\": \"pass\""), std::string::npos) << matrix.out;
  EXPECT_NE(matrix.out.find("\"operations\": "), std::string::npos) << matrix.out;
}

TEST_F(Cli, ARaceIsToldSavedAndReproducesByTheLineItPrints) {
  write("cowcheck-1.race", "mine");
  const auto found = run("race --subject museum:C5-race --pair write,write");
  EXPECT_EQ(found.status, 1);
  EXPECT_NE(found.out.find("counterexample: isolation breaks with 1 preemption"), std::string::npos)
      << found.out;
  EXPECT_EQ(slurp("cowcheck-1.race"), "mine");
  const auto again = run("race --subject museum:C5-race --replay cowcheck-2.race");
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find("verdict: fail"), std::string::npos) << again.out;
  const auto sound = run("race --replay cowcheck-2.race");
  EXPECT_EQ(sound.status, 0) << sound.out;
}

TEST_F(Cli, RacesPrintTheSameBytesButForTheSeconds) {
  const std::string args = "race --pair write,fork --json";
  const auto strip = [](std::string text) {
    const auto at = text.find("\"seconds\"");
    return at == std::string::npos ? text : text.erase(at, text.find('\n', at) - at);
  };
  const auto first = run(args);
  EXPECT_EQ(first.status, 0);
  EXPECT_NE(first.out.find("\"verdict\": \"pass\""), std::string::npos) << first.out;
  EXPECT_EQ(strip(run(args).out), strip(first.out));
  const auto bounded = run("race --pair read,exec --preemptions 1");
  EXPECT_NE(bounded.out.find("bound: preemptions"), std::string::npos) << bounded.out;
  const auto triple = run("race --triple exec,exit,exit --preemptions 1");
  EXPECT_EQ(triple.status, 0) << triple.out;
  EXPECT_NE(triple.out.find("bound of preemptions"), std::string::npos) << triple.out;
  const auto random = run("race --subject museum:count-race --pair fork,fork --pct --seed 3");
  EXPECT_EQ(random.status, 1) << random.out;
}

TEST_F(Cli, AnExplorationGoesOnFromItsFile) {
  const std::string args = "explore --scope small --threads 2 ";
  EXPECT_EQ(run(args + "--depth 5 --save half").status, 0);
  const auto rest = run(args + "--depth 7 --resume half");
  EXPECT_EQ(rest.status, 0);
  EXPECT_EQ(rest.out, run(args + "--depth 7").out);
  EXPECT_NE(rest.out.find("all traces of up to 7 operations of 3 processes"), std::string::npos);
}

TEST_F(Cli, AnExplorationThatIsStoppedTooEarlyIsUnknown) {
  const auto result = run("explore --scope small --depth 40 --memory 1");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("was not finished"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("the memory bound is reached"), std::string::npos) << result.out;
  EXPECT_TRUE(result.out.ends_with("verdict: unknown\n")) << result.out;
}

TEST_F(Cli, ExploringABrokenKernelEndsInATraceThatReproduces) {
  const auto result = run("explore --scope small --subject museum:C1");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("counterexample: tlb-coherent is broken"), std::string::npos);
  EXPECT_NE(result.out.find("reproduce: ./cowcheck replay --subject museum:C1"), std::string::npos);
  EXPECT_TRUE(result.out.ends_with("verdict: fail\n")) << result.out;
}

TEST_F(Cli, TooFewTracesAreVacuous) {
  const auto result = run("run --traces 1");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("verdict: vacuous"), std::string::npos) << result.out;
}

TEST_F(Cli, TheGateOfABrokenSubjectFails) {
  const auto result = run("gate --for 4s --subject museum:C1");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.out.ends_with("verdict: fail\n")) << result.out;
}

}  // namespace
}  // namespace cow::props::cli
