// What a shared object built with some later header looks like.
#include "props/subjects/cowcheck_subject.h"

const cowcheck_subject* cowcheck_get_subject() {
  static cowcheck_subject s{};
  s.version = 3;
  s.size = 4 * sizeof s;
  return &s;
}
