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
/// `got` is null when the subject does not hold the pin.
std::string pin_difference(const model::Reference& reference, std::uint32_t p, std::uint32_t pin,
                           const std::uint8_t* got);
std::string reread_difference(const model::Op& op, model::Status want, model::Status got);
std::string cost_difference(const char* what, std::uint64_t got, std::uint64_t allowed);
std::string leak_text(const Costs& costs);
/// The subject answered that memory is short, which nothing showed.
std::string unearned_text(model::Status status);

/// What the lockstep knows about wrong bytes in a page.
struct WrongBytes {
  model::Status status;   ///< the answer of the operation after which they are wrong
  bool sure;              ///< the operation gives the process these very bytes: `makes_sure_of`
  bool fresh;             ///< the page was never written before the operation
  std::uint8_t expected;  ///< the first byte that differs
};

/// Which law they break: refused-unchanged after a refusal; no-disclosure when a process was given
/// a page that nobody ever wrote and does not see a zero; isolation otherwise.
Law law_of(const WrongBytes& wrong);

/// Did `op` itself give process `p` what it sees in this page? So do its own accesses and pins, a
/// dontneed, a collapse, and a fork whose child gets the page fresh.
bool makes_sure_of(const model::Op& op, std::uint32_t p, const model::Page& page);

/// Is it a page that a device's write of `op` goes to? False for all other operations.
bool written_by_device(const model::Reference& reference, const model::Op& op,
                       const model::Page& page);

/// One fault makes a page ready, so an access may take one for each of its pages.
std::uint64_t faults_allowed(const model::Op& op, const model::World& world);

model::Op read_of(std::uint32_t p, std::uint32_t page, std::uint32_t length = 1);
model::Op device_read_of(std::uint32_t p, std::uint32_t pin, std::uint32_t length);

}  // namespace cow::props
