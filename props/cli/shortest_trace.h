#pragma once

#include <string>
#include <string_view>

namespace cow::props::cli {

/// Searches the scopes of the explorer, a depth after the other, for operations that break the law
/// on the subject ("embedded", or "museum:NAME"), and tells a shortest such trace in lines of text;
/// else one that breaks another law; else that there is none of up to `depth` operations.
std::string tell_shortest_trace(const std::string& subject, std::string_view law, unsigned depth);

}  // namespace cow::props::cli
