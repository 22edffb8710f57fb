#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include "model/trace_text.h"
#include "props/export/c_program.h"
#include "props/subjects/linux/means.h"
#include "props/subjects/linux/provide.h"

/// For tests of the subject: traces on the running kernel, by agents right and wrong.
namespace cow::props::live {

using agent::Wrong;

/// What the lockstep says of a trace on the running kernel: "pass", or the law and what broke it.
inline std::string verdict(std::string_view text, const Setup& setup = {agent_image()}) {
  const auto trace = model::parse(text).trace;
  const auto session = open_linux(trace.world, setup);
  const auto failure = check_trace(*session, trace);
  if (!failure) return "pass";
  std::string words(kernel::name(failure->law));
  for (const auto& finding : failure->findings) words += "; " + finding.text;
  return words;
}

inline const std::vector<std::uint8_t>& wrong_agent() {
  static const std::vector<std::uint8_t> bytes = [] {
    std::ifstream file(WRONG_AGENT, std::ios::binary);
    return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {});
  }();
  return bytes;
}

/// An agent that is wrong in this way is caught by this law; the same without the fault passes.
inline void expect_caught(Wrong how, std::string_view trace, const std::string& law) {
  const auto found = verdict(trace, {wrong_agent(), how});
  EXPECT_TRUE(found.starts_with(law + ";")) << found;
  EXPECT_EQ(verdict(trace, {wrong_agent(), Wrong::nothing}), "pass");
}

/// Gone, or dead and not fetched yet by whoever is its parent now.
inline bool is_dead(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return !(file >> number >> name >> state) || state == "Z";
}

/// Within a second.
inline bool is_gone(pid_t pid) {
  for (int i = 0; i < 100; ++i) {
    if (is_dead(pid)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline bool root() { return *Means::get().frames.reason() == '\0'; }

/// The exit status of a trace's C program, or -1 when it does not compile. `from` is replaced by
/// `by` before.
inline int run_program(std::string_view text, std::string_view from = {}, std::string_view by = {},
                       bool direct = false) {
  std::string pattern = testing::TempDir() + "cowcheck-program-XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  auto program = c_program(model::parse(text), direct);
  if (!from.empty()) program.replace(program.find(from), from.size(), by);
  std::ofstream(folder + "/L.c") << program;
  const auto in = "cd '" + folder + "' && ";
  const bool compiles =
      std::system((in + "cc -Wall -Wextra -Wno-unused-function -Werror -o L L.c").c_str()) == 0;
  const int status = compiles ? std::system((in + "timeout 30 ./L >out 2>&1").c_str()) : 0;
  std::filesystem::remove_all(folder);
  return compiles ? WEXITSTATUS(status) : -1;
}

/// How often what the subject counts under this name happened in the trace, which must pass.
inline std::uint64_t times(std::string_view event, std::string_view text) {
  const auto trace = model::parse(text).trace;
  const auto session = open_linux(trace.world, {agent_image()});
  EXPECT_FALSE(check_trace(*session, trace)) << text;
  const auto names = session->event_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == event) return session->census().events[i];
  }
  return 0;
}

}  // namespace cow::props::live
