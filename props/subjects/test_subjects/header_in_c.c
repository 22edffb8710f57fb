/* The header is C99: this file is compiled as C, by the command of the README. */
#include "props/subjects/cowcheck_subject.h"

static const struct cowcheck_subject subject = {COWCHECK_VERSION, sizeof subject, "nothing"};

const struct cowcheck_subject* cowcheck_get_subject(void) { return &subject; }
