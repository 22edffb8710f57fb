#include "props/lockstep/session.h"

#include "props/lockstep/passed_memory.h"

namespace cow::props {

std::uint64_t Census::total() const {
  std::uint64_t sum = 0;
  for (const auto& row : counts) {
    for (const auto n : row) sum += n;
  }
  return sum;
}

std::uint64_t Census::refused(model::Kind kind) const {
  std::uint64_t sum = 0;
  const auto& row = counts[static_cast<std::size_t>(kind)];
  for (std::size_t status = 1; status < row.size(); ++status) sum += row[status];
  return sum;
}

void Census::add(const Census& other) {
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    for (std::size_t status = 0; status < counts[kind].size(); ++status) {
      counts[kind][status] += other.counts[kind][status];
    }
  }
  for (std::size_t i = 0; i < events.size(); ++i) events[i] += other.events[i];
}

std::bitset<model::kind_count> known_kinds(const Session& session) {
  std::bitset<model::kind_count> known;
  for (std::size_t i = 0; i < known.size(); ++i) {
    model::Op op;
    op.kind = static_cast<model::Kind>(i);
    op.access = model::Access::write;
    known[i] = session.supports(op);
  }
  return known;
}

std::optional<Failure> run_trace(Session& session, model::Trace& trace) {
  session.reset();
  for (const auto& op : trace.ops) {
    if (!session.step(op)) return session.failure();
  }
  if (!session.look_at_everything()) return session.failure();
  for (std::uint32_t exits = 0; exits < trace.world.procs; ++exits) {
    const auto process = who_can_exit(session.reference());
    if (!process) break;
    model::Op op;
    op.kind = model::Kind::exit;
    op.proc = *process;
    trace.ops.push_back(op);
    if (!session.step(op)) return session.failure();
  }
  return std::nullopt;
}

std::optional<Failure> check_trace(Session& session, const model::Trace& trace) {
  model::Trace copy = trace;
  return run_trace(session, copy);
}

}  // namespace cow::props
