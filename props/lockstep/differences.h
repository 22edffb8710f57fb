#pragma once

#include <span>
#include <string>

#include "model/reference.h"
#include "props/lockstep/subject.h"

/// What was wrong, in words: one function for each thing that the lockstep compares.
namespace cow::props {

std::string status_difference(model::Status want, model::Status got);
std::string bytes_difference(const model::Op& op, std::span<const std::uint8_t> want,
                             std::span<const std::uint8_t> got);
std::string mapping_difference(std::uint32_t p, std::uint32_t page, const model::Page& want,
                               const Seen& got);
/// `got` may be null: zeroes.
std::string page_difference(const model::Op& op, std::uint32_t p, std::uint32_t page,
                            std::span<const std::uint8_t> want, const std::uint8_t* got);
/// The byte that should stand where the first wrong one is. `got` may be null: zeroes.
std::uint8_t first_wrong(std::span<const std::uint8_t> want, const std::uint8_t* got);
std::string reread_difference(const model::Op& op, model::Status want, model::Status got);
std::string cost_difference(const char* what, std::uint64_t got, std::uint64_t allowed);
std::string leak_text(std::uint32_t frames);

/// What the lockstep knows about wrong bytes in a page of process `p`.
struct WrongBytes {
  const model::Op& op;   ///< the operation after which they are wrong
  model::Status status;  ///< its answer
  std::uint32_t p;
  bool fresh;             ///< the page was never written before the operation
  std::uint8_t expected;  ///< the first byte that differs
};

/// Which law they break: refused-unchanged after a refusal; no-disclosure when the process itself
/// touched a page that nobody ever wrote and does not see a zero; isolation otherwise.
Law law_of(const WrongBytes& wrong);

/// One fault makes a page ready, so an access may take one for each of its pages.
std::uint64_t faults_allowed(const model::Op& op, const model::World& world);

model::Op read_of(std::uint32_t p, std::uint32_t page, std::uint32_t length = 1);

}  // namespace cow::props
