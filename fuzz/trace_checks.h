#pragma once

#include <string>
#include <string_view>

#include "model/op.h"

/// What must hold for any text and any trace in the trace formats (model/trace_text.h,
/// model/trace_bytes.h, model/rescale.h). Each answers what is wrong, or an empty string.
namespace cow::fuzz {

/// `parse` refuses the text with one printable line and a place in it, or reads a trace that
/// reads the same after printing and has no complaint from the checks below.
std::string check_text(std::string_view text);

/// Bytes are a trace that `encode` keeps exactly, and that is the same through text.
std::string check_bytes(std::string_view bytes);

/// The trace rescales to valid worlds, keeps its operations, and encodes to something nearest.
std::string check_trace_formats(const model::Trace& trace);

}  // namespace cow::fuzz
