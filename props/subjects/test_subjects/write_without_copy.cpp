// The example with one function replaced: its write fault forgets to copy a shared frame.
#define cowcheck_get_subject correct_subject
#include "props/subjects/example/example.cpp"  // NOLINT(bugprone-suspicious-include)
#undef cowcheck_get_subject

static int write_in_place(void* memory, uint32_t process, uint32_t, uint64_t at, const void* in,
                          uint32_t length) {
  return access(memory, process, at, length, [in](Page& page, uint64_t offset, uint32_t i) {
    (*page)[offset] = static_cast<const uint8_t*>(in)[i];
  });
}

COWCHECK_EXPORT const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s = *correct_subject();
  s.write = write_in_place;
  return &s;
}
