#include "fuzz/trace_checks.h"

#include <algorithm>
#include <span>

#include "model/rescale.h"
#include "model/trace_bytes.h"
#include "model/trace_text.h"

namespace cow::fuzz {

using model::Geometry;
using model::Trace;
using model::TraceText;

namespace {

std::string check_error(const model::TraceError& error, std::string_view text) {
  const std::string_view message = error.what();
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  if (message.empty()) return "an error without words";
  if (!std::ranges::all_of(message, printable)) return "an error that is not one printable line";
  if (error.line > lines) return "an error beyond the last line";
  return {};
}

/// A trace without operations is not a text.
std::string check_same_through_text(const TraceText& before) {
  if (before.trace.ops.empty()) return {};
  try {
    return model::parse(model::print(before)) == before ? "" : "print and parse change the trace";
  } catch (const model::TraceError& error) {
    return std::string("what was printed is refused: ") + error.what();
  }
}

std::string check_same_through_bytes(const Trace& before) {
  const auto bytes = model::encode(before);
  if (model::decode(bytes, before.world.geometry) == before) return {};
  return "encode and decode change a decoded trace";
}

}  // namespace

std::string check_text(std::string_view text) {
  TraceText read;
  try {
    read = model::parse(text);
  } catch (const model::TraceError& error) {
    return check_error(error, text);
  }
  if (read.trace.ops.empty()) return "a text without operations is accepted";
  const auto wrong = check_same_through_text(read);
  return wrong.empty() ? check_trace_formats(read.trace) : wrong;
}

std::string check_bytes(std::string_view bytes) {
  const auto* const at = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (const auto geometry : {Geometry::tiny, Geometry::x86_64}) {
    const Trace trace = model::decode(std::span(at, bytes.size()), geometry);
    std::string wrong = check_same_through_bytes(trace);
    if (wrong.empty()) wrong = check_same_through_text({trace, {}, {}});
    if (wrong.empty()) wrong = check_trace_formats(trace);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string check_trace_formats(const Trace& trace) {
  for (const auto geometry : {Geometry::tiny, Geometry::x86_64}) {
    const Trace scaled = model::rescale(trace, geometry);
    if (!model::complaint(scaled.world).empty()) return "rescaled to a world that cannot be built";
    if (scaled.world.geometry != geometry) return "rescaled to another geometry than asked for";
    if (scaled.ops.size() != trace.ops.size()) return "rescaling changes the number of operations";
    const auto wrong = check_same_through_text({scaled, {}, {}});
    if (!wrong.empty()) return "after rescaling, " + wrong;
    const Trace near = model::decode(model::encode(scaled), geometry);
    if (near.ops.size() != trace.ops.size()) return "encoding changes the number of operations";
    const auto lost = check_same_through_bytes(near);
    if (!lost.empty()) return lost;
  }
  return {};
}

}  // namespace cow::fuzz
