#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "impl/xv6_agent/script.h"

namespace cow::props::xv6 {

/// An agent's reply, or what became of it.
struct Told {
  bool answered = false;
  std::uint8_t status = COWAGENT_STUCK;
  std::uint32_t detail = 0;
  std::vector<std::uint8_t> bytes;
};

/// What comes over the serial line, line by line: replies, the echo of requests, and what the
/// kernel prints.
class Console {
 public:
  /// Forgets everything.
  void clear();
  /// What the kernel printed so far no longer counts.
  void forget_words() { words_.clear(); }

  /// More characters.
  void take(const std::string& text);
  /// The oldest reply to the request of that number, taken out; `answered` is false when there is
  /// none yet.
  Told reply(std::uint16_t sequence);

  /// What the kernel printed, a line each: the last few.
  const std::vector<std::string>& words() const { return words_; }
  /// The line in which the kernel panics, as far as it has come; empty: it did not.
  std::string panic() const;
  /// Whether the process is in the list that the kernel prints when asked (control-P), and is no
  /// zombie there. REQUIRES: `has_list`.
  bool lists(std::uint32_t pid) const;
  bool has_list() const;
  /// Whether everybody in that list sleeps, or has exited.
  bool all_sleep() const;

 private:
  void line(const std::string& text);

  std::string rest_;  ///< of a line that has not ended
  std::vector<std::string> words_;
  std::vector<std::pair<std::uint16_t, Told>> replies_;
};

}  // namespace cow::props::xv6
