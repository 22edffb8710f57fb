#ifndef COWCHECK_XV6_COUNT_H
#define COWCHECK_XV6_COUNT_H

/* How much memory there is: a child takes all of it. Part of the agent's only source, agent.c. */

#include "impl/xv6_agent/heap.h"

/* QEMU's TLB grows with the pages that are touched between two flushes, and then each flush takes
 * long. */
enum { PAGES_AT_ONCE = 32 };

/* Of the console, either way, and room for whoever needs some. */
static char line[2 * COWXV6_LONGEST + 1];

static int take_pages(uint32_t count) {
  char* const first = sbrk((int)count * REAL_BYTES);
  if (first == (char*)-1) return 0;
  for (uint32_t i = 0; i < count; ++i) *(volatile char*)(first + i * REAL_BYTES) = 1;
  return 1;
}

/* The child takes all that there is: what there should be at once, the rest page by page. Where the
 * kernel kills it for that, it tells of pages as it gets them. */
static void take_all(int to, int tells, uint32_t at_once) {
  uint32_t count = 0;
  while (count + PAGES_AT_ONCE <= at_once && take_pages(PAGES_AT_ONCE)) count += PAGES_AT_ONCE;
  if (tells && count > 0) write(to, line, (int)count);
  for (; take_pages(1); ++count)
    if (tells) write(to, "", 1);
  if (!tells) write(to, &count, sizeof count);
  for (; count >= PAGES_AT_ONCE; count -= PAGES_AT_ONCE) sbrk(-PAGES_AT_ONCE * REAL_BYTES);
  exit(0);
}

static int try_count(int tells, uint32_t at_once, uint32_t* count) {
  int ends[2], got = 0;
  if (pipe(ends) != 0) return 0;
  const int child = fork();
  if (child == 0) take_all(ends[1], tells, at_once);
  close(ends[1]);
  *count = 0;
  if (child > 0 && !tells) got = read_all(ends[0], count, sizeof *count);
  if (child > 0 && tells) {
    int n;
    while ((n = read(ends[0], line, PIPE_BYTES)) > 0) *count += (uint32_t)n, got = 1;
  }
  close(ends[0]);
  if (child > 0) wait(0);
  return got;
}

static int count_free(Reply* reply) {
  static int tells;     /* a lazy kernel's sbrk never fails */
  static uint32_t last; /* how many there were */
  int got = !tells && try_count(0, last, &reply->detail);
  if (!got) {
    tells = 1;
    got = try_count(1, last, &reply->detail) || (last > 0 && try_count(1, 0, &reply->detail));
  }
  last = reply->detail < sizeof line ? reply->detail : sizeof line;
  return got ? COWAGENT_OK : COWAGENT_STUCK;
}

#endif
