#include "props/run/recorder.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <type_traits>

namespace cow::props {

namespace {
constexpr std::size_t max_findings = 16;
constexpr std::size_t max_text = 400;
struct FindingText {
  Law law;
  char text[max_text];
};
}  // namespace

/// Plain data: both processes see it at the same address.
struct Recorder::Flight {
  std::atomic<std::uint64_t> beats, traces, number;
  std::atomic<bool> stop;
  model::World world;
  std::size_t op_count;
  bool failed;
  Manner manner;
  std::size_t index;
  model::Op op;
  std::size_t finding_count;
  FindingText findings[max_findings];
  Census census;
  // Raw, so that making a recorder does not touch 64 MiB; an Op is its bytes.
  alignas(model::Op) std::byte ops[max_ops * sizeof(model::Op)];
};
static_assert(std::is_trivially_copyable_v<model::Op>);

void* map_shared(std::size_t size) {
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return at;
}

void unmap_shared(void* at, std::size_t size) { munmap(at, size); }

Recorder::Recorder() : flight_(new (map_shared(sizeof(Flight))) Flight) {}
Recorder::~Recorder() { unmap_shared(flight_, sizeof(Flight)); }

void Recorder::begin(const model::World& world, std::uint64_t number) {
  flight_->number.store(number, std::memory_order_relaxed);
  flight_->traces.fetch_add(1, std::memory_order_relaxed);
  flight_->world = world;
  flight_->op_count = 0;
  flight_->failed = false;
}

void Recorder::add(const model::Op& op) {
  if (flight_->op_count < max_ops) {
    std::memcpy(flight_->ops + flight_->op_count++ * sizeof op, &op, sizeof op);
  }
  beat();
}

void Recorder::beat() {  // one writer, so no read-modify-write is needed
  const auto beats = flight_->beats.load(std::memory_order_relaxed);
  flight_->beats.store(beats + 1, std::memory_order_relaxed);
}

bool Recorder::asked_to_stop() const { return flight_->stop.load(std::memory_order_relaxed); }
void Recorder::ask_to_stop() { flight_->stop.store(true, std::memory_order_relaxed); }

void Recorder::finish(const Census& census) { flight_->census = census; }

void Recorder::fail(const Failure& failure) {
  flight_->manner = failure.manner;
  flight_->index = failure.index;
  flight_->op = failure.op;
  flight_->finding_count = std::min(failure.findings.size(), max_findings);
  for (std::size_t i = 0; i < flight_->finding_count; ++i) {
    const auto& finding = failure.findings[i];
    flight_->findings[i].law = finding.law;
    const auto length = std::min(finding.text.size(), max_text - 1);
    std::memcpy(flight_->findings[i].text, finding.text.data(), length);
    flight_->findings[i].text[length] = '\0';
  }
  flight_->failed = true;
}

std::uint64_t Recorder::beats() const { return flight_->beats.load(std::memory_order_relaxed); }
std::uint64_t Recorder::traces() const { return flight_->traces.load(std::memory_order_relaxed); }
std::uint64_t Recorder::number() const { return flight_->number.load(std::memory_order_relaxed); }
const Census& Recorder::census() const { return flight_->census; }

model::Trace Recorder::trace() const {
  model::Trace trace{flight_->world, std::vector<model::Op>(flight_->op_count)};
  std::memcpy(trace.ops.data(), flight_->ops, flight_->op_count * sizeof(model::Op));
  return trace;
}

std::optional<Failure> Recorder::failure() const {
  if (!flight_->failed) return std::nullopt;
  Failure failure;
  failure.manner = flight_->manner;
  failure.index = flight_->index;
  failure.op = flight_->op;
  for (std::size_t i = 0; i < flight_->finding_count; ++i) {
    failure.findings.push_back({flight_->findings[i].law, flight_->findings[i].text});
  }
  if (!failure.findings.empty()) failure.law = failure.findings.front().law;
  return failure;
}

}  // namespace cow::props
