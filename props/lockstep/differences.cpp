#include "props/lockstep/differences.h"

#include <algorithm>
#include <fmt/format.h>

#include "props/lockstep/touched_pages.h"

namespace cow::props {

namespace {

std::string_view access_name(model::Access access) {
  constexpr std::string_view names[] = {"none", "read", "write"};
  return names[static_cast<std::size_t>(access)];
}

/// The bytes around the first difference: `want` and `got` have the same length.
std::string first_difference(std::span<const std::uint8_t> want,
                             std::span<const std::uint8_t> got) {
  const auto [at, unused] = std::ranges::mismatch(want, got);
  const auto i = static_cast<std::size_t>(at - want.begin());
  const auto n = std::min<std::size_t>(8, want.size() - i);
  return fmt::format("at byte {}: {:02x}, expected {:02x}", i, fmt::join(got.subspan(i, n), " "),
                     fmt::join(want.subspan(i, n), " "));
}

}  // namespace

std::string status_difference(model::Status want, model::Status got) {
  return fmt::format("answered {}, expected {}", model::name(got), model::name(want));
}

std::uint8_t first_wrong(std::span<const std::uint8_t> want, const std::uint8_t* got) {
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (want[i] != (got != nullptr ? got[i] : 0)) return want[i];
  }
  return 0;
}

std::string bytes_difference(const model::Op& op, std::span<const std::uint8_t> want,
                             std::span<const std::uint8_t> got) {
  if (want.size() != got.size()) {
    return fmt::format("read {} bytes, expected {}", got.size(), want.size());
  }
  return fmt::format("P{} read wrong bytes, {}", op.proc, first_difference(want, got));
}

std::string mapping_difference(std::uint32_t p, std::uint32_t page, const model::Page& want,
                               const Seen& got) {
  const auto words = [](bool mapped, model::Access access) {
    return mapped ? fmt::format("mapped for {}", access_name(access)) : std::string("not mapped");
  };
  return fmt::format("P{} p{} is {}, expected {}", p, page, words(got.mapped, got.access),
                     words(want.mapped, want.access));
}

std::string page_difference(const model::Op& op, std::uint32_t p, std::uint32_t page,
                            std::span<const std::uint8_t> want, const std::uint8_t* got) {
  const std::vector<std::uint8_t> zeroes(want.size());
  const std::span<const std::uint8_t> seen{got != nullptr ? got : zeroes.data(), want.size()};
  return fmt::format("P{}{} now sees p{} differ {}", p, p == op.proc ? "" : ", which did nothing,",
                     page, first_difference(want, seen));
}

std::string pin_difference(const model::Reference& reference, std::uint32_t p, std::uint32_t pin,
                           const std::uint8_t* got) {
  if (reference.pin(p, pin).access == model::Access::none) {
    return fmt::format("d{} of P{} is held, expected not held", pin, p);
  }
  if (got == nullptr) return fmt::format("d{} of P{} is not held, expected held", pin, p);
  const auto want = reference.pinned(p, pin);
  return fmt::format("d{} of P{} shows other bytes {}", pin, p,
                     first_difference(want, {got, want.size()}));
}

std::string reread_difference(const model::Op& op, model::Status want, model::Status got) {
  if (op.kind == model::Kind::device_read) {
    return fmt::format("d{} of P{} answers {}, expected {}", op.pin, op.proc, model::name(got),
                       model::name(want));
  }
  return fmt::format("P{} reading p{} answers {}, expected {}", op.proc, op.page, model::name(got),
                     model::name(want));
}

std::string cost_difference(const char* what, std::uint64_t got, std::uint64_t allowed) {
  return fmt::format("{} {}, where {} suffice", got, what, allowed);
}

std::string leak_text(const Costs& costs) {
  const bool frames = costs.used_frames != 0;
  return fmt::format("every process has exited, but {} {} are not free",
                     frames ? costs.used_frames : costs.used_slots,
                     frames ? "frames" : "slots of swap");
}

std::string unearned_text(model::Status status) {
  return fmt::format("{} was answered, but no allocation had failed", model::name(status));
}

Law law_of(const WrongBytes& wrong) {
  if (wrong.status != model::Status::ok) return Law::refused_unchanged;
  const bool discloses = wrong.sure && wrong.fresh && wrong.expected == 0;
  return discloses ? Law::no_disclosure : Law::isolation;
}

bool makes_sure_of(const model::Op& op, std::uint32_t p, const model::Page& page) {
  if (op.kind == model::Kind::fork) return p == op.child && page.wipeonfork;
  return p == op.proc &&
         (reaches_pages(op.kind) || model::drops(op.kind) || op.kind == model::Kind::collapse);
}

bool written_by_device(const model::Reference& reference, const model::Op& op,
                       const model::Page& page) {
  if (op.kind != model::Kind::device_write) return false;
  if (op.proc >= reference.world().procs || op.pin >= model::max_pins) return false;
  const auto& pin = reference.pin(op.proc, op.pin);
  return pin.object != 0 && page.object == pin.object && page.number == pin.number;
}

std::uint64_t faults_allowed(const model::Op& op, const model::World& world) {
  if (!reaches_pages(op.kind)) return 0;
  const auto [first, end] = touched_pages(op, world);
  return end - first;
}

model::Op read_of(std::uint32_t p, std::uint32_t page, std::uint32_t length) {
  model::Op op;
  op.kind = model::Kind::read;
  op.proc = static_cast<std::uint8_t>(p);
  op.page = page;
  op.length = length;
  return op;
}

model::Op device_read_of(std::uint32_t p, std::uint32_t pin, std::uint32_t length) {
  model::Op op;
  op.kind = model::Kind::device_read;
  op.proc = static_cast<std::uint8_t>(p);
  op.pin = static_cast<std::uint8_t>(pin);
  op.length = length;
  return op;
}

}  // namespace cow::props
