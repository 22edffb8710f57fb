// The example, which dies when a child writes after its parent has exited, in one of two ways.
#include <csignal>

#define cowcheck_get_subject correct_subject
#include "props/subjects/example/example.cpp"
#undef cowcheck_get_subject

static bool parent_exited = false;

static int exit_and_note(void* memory, uint32_t process) {
  parent_exited = parent_exited || process == 0;
  return correct_subject()->exit(memory, process);
}

static int write_or_die(void* memory, uint32_t process, uint32_t cpu, uint64_t at, const void* in,
                        uint32_t length) {
  if (process != 0 && parent_exited) {
#ifdef HANGS
    for (volatile int forever = 1; forever != 0;) {
    }
#else
    std::raise(SIGSEGV);
#endif
  }
  return correct_subject()->write(memory, process, cpu, at, in, length);
}

static void* create_afresh(const cowcheck_world* world) {
  parent_exited = false;
  return correct_subject()->create(world);
}

COWCHECK_EXPORT const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s = *correct_subject();
  s.create = create_afresh;
  s.exit = exit_and_note;
  s.write = write_or_die;
  return &s;
}
