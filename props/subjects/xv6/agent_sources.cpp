#include "props/subjects/xv6/agent_sources.h"

#define EMBED(name, path)  \
  asm(".section .rodata\n" \
      "cowcheck_" name     \
      "_begin:\n"          \
      ".incbin \"" path    \
      "\"\n"               \
      "cowcheck_" name     \
      "_end:\n"            \
      ".previous\n")

EMBED("xv6_source", COWCHECK_SOURCE_DIR "/impl/xv6_agent/agent.c");
EMBED("xv6_heap", COWCHECK_SOURCE_DIR "/impl/xv6_agent/heap.h");
EMBED("xv6_header", COWCHECK_SOURCE_DIR "/impl/xv6_agent/cowcheck_xv6.h");
EMBED("xv6_script", COWCHECK_SOURCE_DIR "/impl/xv6_agent/script.h");
EMBED("xv6_turns", COWCHECK_SOURCE_DIR "/impl/xv6_agent/turns.h");
EMBED("xv6_count", COWCHECK_SOURCE_DIR "/impl/xv6_agent/count.h");
EMBED("xv6_protocol", COWCHECK_SOURCE_DIR "/impl/agent/cowcheck_agent.h");

extern "C" const char cowcheck_xv6_source_begin[], cowcheck_xv6_source_end[],
    cowcheck_xv6_heap_begin[], cowcheck_xv6_heap_end[], cowcheck_xv6_header_begin[],
    cowcheck_xv6_header_end[], cowcheck_xv6_script_begin[], cowcheck_xv6_script_end[],
    cowcheck_xv6_turns_begin[], cowcheck_xv6_turns_end[], cowcheck_xv6_count_begin[],
    cowcheck_xv6_count_end[], cowcheck_xv6_protocol_begin[], cowcheck_xv6_protocol_end[];

namespace cow::props::xv6 {

std::string_view agent_source() { return {cowcheck_xv6_source_begin, cowcheck_xv6_source_end}; }
std::string_view agent_heap() { return {cowcheck_xv6_heap_begin, cowcheck_xv6_heap_end}; }
std::string_view agent_header() { return {cowcheck_xv6_header_begin, cowcheck_xv6_header_end}; }
std::string_view agent_script() { return {cowcheck_xv6_script_begin, cowcheck_xv6_script_end}; }
std::string_view agent_turns() { return {cowcheck_xv6_turns_begin, cowcheck_xv6_turns_end}; }
std::string_view agent_count() { return {cowcheck_xv6_count_begin, cowcheck_xv6_count_end}; }
std::string_view agent_protocol() {
  return {cowcheck_xv6_protocol_begin, cowcheck_xv6_protocol_end};
}

}  // namespace cow::props::xv6
