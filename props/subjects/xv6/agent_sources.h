#pragma once

#include <string_view>

/// The agent's sources, which are part of this program, so that it needs nothing beside itself.
namespace cow::props::xv6 {

std::string_view agent_source();    ///< impl/xv6_agent/agent.c
std::string_view agent_heap();      ///< impl/xv6_agent/heap.h
std::string_view agent_header();    ///< impl/xv6_agent/cowcheck_xv6.h
std::string_view agent_script();    ///< impl/xv6_agent/script.h
std::string_view agent_turns();     ///< impl/xv6_agent/turns.h
std::string_view agent_count();     ///< impl/xv6_agent/count.h
std::string_view agent_protocol();  ///< impl/agent/cowcheck_agent.h

}  // namespace cow::props::xv6
