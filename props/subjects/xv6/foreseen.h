#pragma once

#include <array>
#include <vector>

#include "model/reference.h"
#include "props/subjects/xv6/console.h"

namespace cow::props::xv6 {

/// Plays the part of the running kernel and its agents before they are asked: answers what they
/// should, which the reference knows, and writes down the script of what they are to do and the
/// sum of what they are to answer (impl/xv6_agent/script.h). Asked the same as Machine is.
class Foreseen {
 public:
  explicit Foreseen(const model::World& world);

  void reset();
  /// What the next request is about.
  void expect(const model::Op& op);

  Told ask(std::uint32_t process, cowagent_request request);
  Told next_reply();
  Told fork(std::uint32_t process, std::uint32_t child);
  Told exit(std::uint32_t process);

  /// Every process has exited, so the script ends. It may be longer than COWXV6_SCRIPT, and then
  /// nobody can play it.
  void end();
  const std::vector<std::uint8_t>& script() const { return script_; }
  std::uint64_t sum() const { return sum_; }

 private:
  void write(const cowagent_request& request);
  Told reply(std::uint8_t status, std::vector<std::uint8_t> bytes);
  Told view(std::uint32_t process);

  model::Reference reference_;
  model::Answer answer_;
  std::array<std::uint32_t, COWXV6_PROCS> parents_{};
  std::vector<std::uint8_t> script_;
  std::uint64_t sum_ = COWXV6_SUM;
  cowagent_request asked_{};  ///< the last one: `to` has who is still to look
};

}  // namespace cow::props::xv6
