// The fuzz target of the trace formats: any text is refused well or read exactly, any bytes are a
// trace, and traces survive every conversion (fuzz/trace_checks.h).
//
//   bin/fuzz_trace -dict=fuzz/trace.dict -max_len=2000 DIR corpus/trace

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/trace_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string wrong = cow::fuzz::check_text(input);
  if (wrong.empty()) wrong = cow::fuzz::check_bytes(input);
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "cowcheck-failure: trace formats: %s\n", wrong.c_str());
  std::abort();
}
