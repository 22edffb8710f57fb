// The example, whose first exit in a process answers what is no status.
#define cowcheck_get_subject correct_subject
#include "props/subjects/example/example.cpp"
#undef cowcheck_get_subject

static bool failed = false;

static int exit_wrongly_once(void* memory, uint32_t process) {
  if (failed) return correct_subject()->exit(memory, process);
  failed = true;
  return 77;
}

COWCHECK_EXPORT const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s = *correct_subject();
  s.exit = exit_wrongly_once;
  return &s;
}
